package io.octant.engine;

/**
 * What one core does at most on the instruction set that an engine uses, measured on registers
 * alone. Kernels that get by with less than all products, such as Winograd's convolution, may seem
 * to do more.
 *
 * @param floatMultiplyAdds of f32, a second
 * @param integerMultiplyAdds of u8 by s8 into 32 bits, a second; of matrix units (AMX) nothing is
 *     known here
 */
public record CoreLimits(double floatMultiplyAdds, double integerMultiplyAdds) {
  /** Of an engine that cannot tell. */
  public static final CoreLimits UNKNOWN = new CoreLimits(0, 0);
}
