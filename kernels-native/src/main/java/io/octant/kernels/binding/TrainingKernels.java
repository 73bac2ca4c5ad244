package io.octant.kernels.binding;

import java.util.List;

/**
 * Factories of the kernels of training: layers whose weights come with every call, statistics of a
 * batch, fake quantization, and gradients. Each throws {@link UnsupportedKernelException} with a
 * reason for operands that no implementation takes.
 *
 * <p>Sums of our own loops are taken in an order that depends on shapes only, so that every
 * instruction set gives the same bytes; those within convolutions and matrix products are oneDNN's.
 */
public final class TrainingKernels {
  private TrainingKernels() {}

  /** Which of a convolution's tensors is computed from the others. */
  public enum Direction {
    /** Operands: src, weights, bias where there is one, dst. */
    FORWARD,
    /** Operands: gradient of dst, weights, gradient of src. */
    TO_SOURCE,
    /** Operands: src, gradient of dst, that of the bias where there is one, that of weights. */
    TO_WEIGHTS
  }

  /**
   * A convolution, or its gradient by one tensor.
   *
   * @param weights as {@link Kernels#convolution} takes them
   */
  public static NativeKernel convolution(
      Direction direction,
      MemoryLayout src,
      MemoryLayout weights,
      boolean bias,
      MemoryLayout dst,
      Window window) {
    long products = Math.multiplyExact(dst.elements(), weights.elements() / dst.dim(1));
    return new NativeKernel(
        Bindings.trainedConvolution(
            direction.ordinal(),
            src.encoded(),
            weights.encoded(),
            bias,
            dst.encoded(),
            window.encoded()),
        products,
        false);
  }

  /**
   * Of dense {@code [places, channels]}: sums of {@code x − s} and of its square, {@code s} being a
   * channel's first value, in double {@code [2, channels]}; then {@code s}, the smallest and the
   * largest value, {@code [3, channels]}. Extrema leave NaN out, sums do not. Operands: x, the
   * result.
   */
  public static NativeKernel channelStatistics(long places, long channels, String isa) {
    return new NativeKernel(Bindings.channelStatistics(places, channels, isa));
  }

  /**
   * {@code (x − m) · a + b} through stages. Operands: x, m, a and b of each channel and the stages'
   * parameters, dst.
   */
  public static NativeKernel channelNorm(
      long places, long channels, List<Stage> stages, String isa) {
    return new NativeKernel(Bindings.channelNorm(0, places, channels, Stage.codes(stages), isa));
  }

  /**
   * Sums of {@code g} and {@code g · (x − m)}, {@code g} being the gradient where it passes all
   * stages: double {@code [2, channels]}. Operands: gradient, x, parameters as before, the result.
   */
  public static NativeKernel channelNormSums(
      long places, long channels, List<Stage> stages, String isa) {
    return new NativeKernel(Bindings.channelNorm(1, places, channels, Stage.codes(stages), isa));
  }

  /**
   * {@code a · g + (b · (x − m) + c)}. Operands: gradient, x, parameters as before, a and b and c
   * of each channel, dst, which may be the gradient.
   */
  public static NativeKernel channelNormGradient(
      long places, long channels, List<Stage> stages, String isa) {
    return new NativeKernel(Bindings.channelNorm(2, places, channels, Stage.codes(stages), isa));
  }

  /**
   * Smallest and largest value, NaN left out, and 1 if there was NaN, of each row.
   *
   * @param sum whether it is the sum of two tensors that is looked at
   * @return operands: x, the other where there is one, the result {@code [rows, 3]}
   */
  public static NativeKernel extrema(long rows, long n, boolean sum, String isa) {
    return new NativeKernel(Bindings.extrema(rows, n, sum, isa));
  }

  /**
   * Stages on {@code n} values or on the sum of two tensors. Operands: x, the other where there is
   * one, the stages' parameters, a byte for each value that is not 0 where a gradient passes, dst.
   */
  public static NativeKernel straightThrough(long n, boolean sum, List<Stage> stages, String isa) {
    return new NativeKernel(Bindings.straightThrough(n, sum, Stage.codes(stages), isa));
  }

  /**
   * Fake quantization of rows, each with parameters of its own. Operands: x, {@link Stage#FLOATS}
   * parameters a row, bytes as in {@link #straightThrough}, dst.
   */
  public static NativeKernel straightThroughRows(long rows, long n, String isa) {
    return new NativeKernel(Bindings.straightThroughRows(rows, n, isa));
  }

  /** The gradient where its byte is not 0, else 0. Operands: gradient, bytes, dst. */
  public static NativeKernel maskedGradient(long n, String isa) {
    return new NativeKernel(Bindings.maskedGradient(n, isa));
  }

  /** The sum of the products of each row. Operands: a, b, dst {@code [rows]}. */
  public static NativeKernel rowProducts(long rows, long n, String isa) {
    return new NativeKernel(Bindings.rowProducts(rows, n, isa));
  }

  /** The sum of each column of {@code [rows, n]}. Operands: x, dst {@code [n]}. */
  public static NativeKernel columnSums(long rows, long n, String isa) {
    return new NativeKernel(Bindings.columnSums(rows, n, isa));
  }

  /**
   * The gradient of a max pool over images: that of each window goes to its first largest value, or
   * its last NaN. Operands: gradient of the result, x, dst; channels last.
   */
  public static NativeKernel maxPoolGradient(
      MemoryLayout src, MemoryLayout dst, Window window, String isa) {
    return new NativeKernel(
        Bindings.maxPoolGradient(src.encoded(), dst.encoded(), window.encoded(), isa));
  }
}
