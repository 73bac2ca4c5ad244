package io.octant.kernels.binding;

/**
 * Scales, zero points and post-operations of a oneDNN operator: {@code real = scale · (q −
 * zeroPoint)} of each operand, post-operations in real numbers in the order in which they were
 * added, the destination quantized last. Rounds half to even and saturates.
 */
public final class Attributes extends NativeResource {
  /** Operands that may carry a scale, with oneDNN's argument numbers. */
  public enum Operand {
    SRC(1),
    SRC_1(2),
    DST(17),
    WEIGHTS(33);

    private final int argument;

    Operand(int argument) {
      this.argument = argument;
    }
  }

  public Attributes() {
    super(Bindings.attributes());
  }

  /** One scale, or one for each output channel of the weights. */
  public Attributes scales(Operand operand, float... values) {
    Bindings.scales(handle(), operand.argument, values);
    return this;
  }

  /** One zero point for all elements of an operand. */
  public Attributes zeroPoint(Operand operand, int value) {
    Bindings.zeroPoint(handle(), operand.argument, value);
    return this;
  }

  /**
   * Applies a function to the result, in the order in which this is called. Some functions use
   * neither alpha nor beta.
   */
  public Attributes then(Unary function, float alpha, float beta) {
    Bindings.eltwisePostOp(handle(), function.code(), alpha, beta);
    return this;
  }

  /** Combines with one more operand, which is bound after those of the operator. */
  public Attributes then(Binary function, MemoryLayout operand) {
    Bindings.binaryPostOp(handle(), function.code(), operand.encoded());
    return this;
  }

  /**
   * Adds one more 8-bit operand, bound last, to an 8-bit result once that is rounded, as a
   * quantized addition by itself does; {@link Kernels#integerLayer} alone takes this.
   *
   * @param operand what is added, in the memory order of the result
   * @param sum the parameters of the sum, and the range that it is clamped to
   */
  public Attributes thenAdd(Affine operand, Affine sum) {
    Bindings.additionPostOp(
        handle(),
        operand.scale(),
        operand.zeroPoint(),
        sum.scale(),
        sum.zeroPoint(),
        sum.low(),
        sum.high());
    return this;
  }

  @Override
  void free(long address) {
    Bindings.freeAttributes(address);
  }
}
