package io.octant.kernels.binding;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Factories of kernels. Each throws {@link UnsupportedKernelException} with a reason for operands
 * that no implementation takes. Results do not depend on the position of a sample in the
 * micro-batch nor on its neighbours; one thread runs a call.
 *
 * <p>The offset of a layout is applied where the call is bound, not here.
 */
public final class Kernels {
  /** Lets the library choose the fastest variant of one of our own kernels. */
  public static final String FASTEST = "";

  private Kernels() {}

  /**
   * Convolution of rank 3 to 5; {@code torch.nn.functional.conv2d} and its relatives.
   *
   * @param weights layout {@code [out, in, …]}, dense; with one axis more, {@code [groups, out /
   *     groups, in / groups, …]}
   * @param weightData float[] or, for s8, byte[]
   * @param bias f32 by output channel, in real numbers
   * @return operands: src, dst, those of binary post-operations
   */
  public static NativeKernel convolution(
      MemoryLayout src,
      MemoryLayout weights,
      Object weightData,
      float @Nullable [] bias,
      MemoryLayout dst,
      Window window,
      Attributes attributes) {
    return layer(
        Bindings.convolution(
            src.encoded(),
            weights.encoded(),
            weightData,
            bias,
            dst.encoded(),
            window.encoded(),
            attributes.handle()),
        weights,
        dst);
  }

  /**
   * A float convolution by Winograd's F(2×2, 3×3): 3×3, no groups, stride and dilation 1, multiples
   * of 16 channels, channels last. Its multiply-adds are those of the sum of products, 36 for each
   * 16 multiplications that it does. Additions and multiplications of f32, like the result or by
   * channel, may follow, and clamps behind them.
   *
   * @return operands: src, dst, those of binary post-operations
   */
  public static NativeKernel winograd(
      MemoryLayout src,
      MemoryLayout weights,
      float[] weightData,
      float @Nullable [] bias,
      MemoryLayout dst,
      Window window,
      Attributes attributes,
      String isa) {
    return layer(
        Bindings.winograd(
            src.encoded(),
            weights.encoded(),
            weightData,
            bias,
            dst.encoded(),
            window.encoded(),
            attributes.handle(),
            isa),
        weights,
        dst);
  }

  /**
   * {@code src [m, k] · weights [n, k]ᵀ + bias}; {@code torch.nn.functional.linear}.
   *
   * @return operands: src, dst, those of binary post-operations
   */
  public static NativeKernel linear(
      MemoryLayout src,
      MemoryLayout weights,
      Object weightData,
      float @Nullable [] bias,
      MemoryLayout dst,
      Attributes attributes) {
    return layer(
        Bindings.linear(
            src.encoded(), weights.encoded(), weightData, bias, dst.encoded(), attributes.handle()),
        weights,
        dst);
  }

  /**
   * The layer of {@link #integerLayer} by oneDNN, whose sums must be exact for the operands. It
   * gets no scales but the reference operators' float arithmetic as post-operations, so that its
   * integers are theirs.
   *
   * @return operands: src, dst
   * @throws UnsupportedKernelException if a tanh or an addition follows
   */
  public static NativeKernel libraryIntegerLayer(
      MemoryLayout src,
      MemoryLayout weights,
      byte[] weightData,
      float @Nullable [] bias,
      MemoryLayout dst,
      @Nullable Window window,
      Attributes attributes,
      RequantizationRule rule) {
    return layer(
        Bindings.libraryIntegerLayer(
            src.encoded(),
            weights.encoded(),
            weightData,
            bias,
            dst.encoded(),
            window == null ? null : window.encoded(),
            attributes.handle(),
            rule.roundsBias(),
            rule.roundsFirst()),
        weights,
        dst);
  }

  /**
   * Convolution or linear layer of 8 bits with products of 16-bit operands and sums of 32 bits:
   * exact on every instruction set, and then the float arithmetic of the reference operators.
   *
   * @param src channels last; of a linear layer {@code [rows, features]}
   * @param weights s8 as {@link #convolution} and {@link #linear} take them
   * @param window null for a linear layer
   * @param dst 8 bits as src, or f32, which takes {@code float(sum) · scale + bias} without
   *     rounding to steps
   * @param attributes one scale and zero point of src and of an 8-bit dst, scales of the weights;
   *     relu, clip, tanh and additions of f32 may follow
   * @param rule does not matter to an f32 dst
   * @return operands: src, dst, those of additions
   */
  public static NativeKernel integerLayer(
      MemoryLayout src,
      MemoryLayout weights,
      byte[] weightData,
      float @Nullable [] bias,
      MemoryLayout dst,
      @Nullable Window window,
      Attributes attributes,
      RequantizationRule rule,
      String isa) {
    if (!dst.sameMemoryOrder(MemoryLayout.channelsLast(dst.type(), dst.dims()))) {
      throw new UnsupportedKernelException("an exact 8-bit layer writes channels last");
    }
    return layer(
        Bindings.integerLayer(
            src.encoded(),
            weights.encoded(),
            weightData,
            bias,
            dst.encoded(),
            window == null ? null : window.encoded(),
            attributes.handle(),
            rule.roundsBias(),
            rule.roundsFirst(),
            isa),
        weights,
        dst);
  }

  /**
   * Batched product of two activations of equal rank, leading axes of length 1 broadcast.
   *
   * @return operands: a, b, dst, those of binary post-operations
   */
  public static NativeKernel matmul(
      MemoryLayout a, MemoryLayout b, MemoryLayout dst, Attributes attributes) {
    return new NativeKernel(
        Bindings.matmul(a.encoded(), b.encoded(), dst.encoded(), attributes.handle()),
        Math.multiplyExact(dst.elements(), a.dim(a.rank() - 1)),
        b.type() == ElementType.S8);
  }

  /** Operands: src, dst. Averages of integers are only right without padding and zero point. */
  public static NativeKernel pooling(
      Pooling kind, MemoryLayout src, MemoryLayout dst, Window window, Attributes attributes) {
    return new NativeKernel(
        Bindings.pooling(
            kind.code(), src.encoded(), dst.encoded(), window.encoded(), attributes.handle()));
  }

  /** Operands: src, dst. */
  public static NativeKernel softmax(MemoryLayout src, MemoryLayout dst, int axis) {
    return new NativeKernel(Bindings.softmax(src.encoded(), dst.encoded(), axis, false));
  }

  /** Normalizes over the last axis; scale and shift have its length. Operands: src, dst. */
  public static NativeKernel layerNorm(
      MemoryLayout src,
      MemoryLayout dst,
      float @Nullable [] scale,
      float @Nullable [] shift,
      float epsilon) {
    return new NativeKernel(
        Bindings.layerNorm(src.encoded(), dst.encoded(), scale, shift, epsilon));
  }

  /**
   * Divides by the root of the mean square over the last axis; scale has its length. Operands: src,
   * dst.
   */
  public static NativeKernel rmsNorm(
      MemoryLayout src, MemoryLayout dst, float @Nullable [] scale, float epsilon) {
    return new NativeKernel(Bindings.rmsNorm(src.encoded(), dst.encoded(), scale, epsilon));
  }

  /**
   * Combines two tensors of one rank, axes of length 1 of {@code b} broadcast. Operands: a, b, dst.
   */
  public static NativeKernel binary(
      Binary function, MemoryLayout a, MemoryLayout b, MemoryLayout dst, Attributes attributes) {
    return new NativeKernel(
        Bindings.binary(
            function.code(), a.encoded(), b.encoded(), dst.encoded(), attributes.handle()));
  }

  /** Operands: src, dst. */
  public static NativeKernel eltwise(
      Unary function,
      float alpha,
      float beta,
      MemoryLayout src,
      MemoryLayout dst,
      Attributes attributes) {
    return new NativeKernel(
        Bindings.eltwise(
            function.code(), alpha, beta, src.encoded(), dst.encoded(), attributes.handle()));
  }

  /** Reduces the axes in which {@code dst} has length 1. Operands: src, dst. */
  public static NativeKernel reduction(Reduction kind, MemoryLayout src, MemoryLayout dst) {
    return new NativeKernel(Bindings.reduction(kind.code(), src.encoded(), dst.encoded()));
  }

  /** {@code n} values of f32 to 8 bits. Operands: src, dst. */
  public static NativeKernel quantize(long n, Affine to, String isa) {
    return new NativeKernel(
        Bindings.quantize(
            to.type().code(), n, to.scale(), to.zeroPoint(), to.low(), to.high(), isa));
  }

  /** {@code n} values of 8 bits to f32. Operands: src, dst. */
  public static NativeKernel dequantize(long n, Affine from, String isa) {
    return new NativeKernel(
        Bindings.dequantize(from.type().code(), n, from.scale(), from.zeroPoint(), isa));
  }

  /**
   * Combines two tensors of the type of {@code a} by a loop of our own; equal dims, in which a
   * stride of 0 stretches an axis. Truth values are bytes.
   *
   * @param dst its fastest axis has stride 1
   * @return operands: a, b, dst
   */
  public static NativeKernel pairwise(
      Binary function, MemoryLayout a, MemoryLayout b, MemoryLayout dst, String isa) {
    return new NativeKernel(
        Bindings.pairwise(function.code(), a.type().code(), space(a, b, dst), isa));
  }

  /**
   * Combines quantized tensors in f32 and quantizes the result into the range of {@code dst}, whose
   * low end is the zero point where a relu follows.
   *
   * @param a layout of the first, as {@link #pairwise} takes it
   * @param dst its fastest axis has stride 1
   * @return operands: a, b, dst
   */
  public static NativeKernel pairwise(
      Binary function,
      MemoryLayout a,
      MemoryLayout b,
      MemoryLayout dst,
      Affine qa,
      Affine qb,
      Affine qd,
      String isa) {
    return new NativeKernel(
        Bindings.quantizedPairwise(
            function.code(),
            qd.type().code(),
            space(a, b, dst),
            new float[] {qa.scale(), qb.scale(), qd.scale()},
            new long[] {qa.zeroPoint(), qb.zeroPoint(), qd.zeroPoint()},
            qd.low(),
            qd.high(),
            isa));
  }

  /** Dims, then the strides of each. */
  static long[] space(MemoryLayout... layouts) {
    long[] dims = layouts[layouts.length - 1].dims();
    LongStream out = Arrays.stream(dims);
    for (MemoryLayout l : layouts) {
      if (!Arrays.equals(l.dims(), dims)) {
        throw new IllegalArgumentException("Cannot walk " + l + " as " + Arrays.toString(dims));
      }
      out = LongStream.concat(out, Arrays.stream(l.strides()));
    }
    return out.toArray();
  }

  /** {@code dst = min(max(src, low), high)} over {@code n} values of 8 bits. Operands: src, dst. */
  public static NativeKernel clamp(ElementType type, long n, int low, int high, String isa) {
    return new NativeKernel(Bindings.clamp(type.code(), n, low, high, isa));
  }

  /** {@code dst = table[src & 255]} over {@code n} values of 8 bits. Operands: src, dst. */
  public static NativeKernel lookUp(long n, byte[] table) {
    if (table.length != 256) {
      throw new IllegalArgumentException(
          "Cannot make look-up table: " + table.length + " entries, expected 256");
    }
    return new NativeKernel(Bindings.lookUp(n, table));
  }

  /**
   * {@code dst = table of its channel [src & 255]} over dense 8-bit {@code [places, channels]}.
   *
   * @param tables 256 bytes a channel
   * @return operands: src, dst
   */
  public static NativeKernel lookUp(long places, long channels, byte[] tables) {
    if (tables.length != 256 * channels) {
      throw new IllegalArgumentException(
          "Cannot make look-up tables: " + tables.length + " entries, expected 256 a channel");
    }
    return new NativeKernel(Bindings.lookUpChannels(places, channels, tables));
  }

  /**
   * Resizes images with channels last, {@code [n, c, h, w]} to the size that the taps have; f32, or
   * 8 bits as a mean, rounded half to even with the zero point included. Operands: src, dst.
   */
  public static NativeKernel resample(
      MemoryLayout src, AxisTaps rows, AxisTaps columns, int zeroPoint, String isa) {
    return new NativeKernel(
        Bindings.resample(
            src.type().code(),
            src.dim(0),
            src.dim(1),
            rows.positions(src.dim(2)),
            rows.weights(),
            columns.positions(src.dim(3)),
            columns.weights(),
            zeroPoint,
            isa));
  }

  /** A function of {@code n} values of f32. Operands: src, dst. */
  public static NativeKernel curve(Curve curve, long n, double a, double b) {
    return new NativeKernel(Bindings.curve(curve.code(), n, a, b));
  }

  /**
   * {@code n} values in another type: integers are truncated and wrap around. Operands: src, dst.
   */
  public static NativeKernel convert(ElementType src, ElementType dst, long n) {
    return new NativeKernel(Bindings.convert(src.code(), dst.code(), n, false));
  }

  /** Whether each of {@code n} values is not 0, as a byte. Operands: src, dst. */
  public static NativeKernel truth(ElementType src, long n) {
    return new NativeKernel(Bindings.convert(src.code(), ElementType.U8.code(), n, true));
  }

  /**
   * {@code x / (k + alpha · mean of x² over size channels)^beta} of dense f32 {@code [places,
   * channels]}. Operands: src, dst.
   */
  public static NativeKernel responseNorm(
      long places, long channels, long size, double alpha, double beta, double k, String isa) {
    return new NativeKernel(Bindings.responseNorm(places, channels, size, alpha, beta, k, isa));
  }

  /** Quantized average pooling of {@code nhwc}. Operands: src, dst. */
  public static NativeKernel averagePool(QuantizedPool pool, String isa) {
    return new NativeKernel(
        Bindings.averagePool(pool.type().code(), pool.encoded(), pool.zeroPoint(), isa));
  }

  /**
   * Quantized max pooling of {@code nhwc} without dilation, in integers. Operands: src, dst.
   *
   * @throws UnsupportedKernelException for fewer than 16 channels
   */
  public static NativeKernel maximumPool(QuantizedPool pool, String isa) {
    return new NativeKernel(Bindings.maximumPool(pool.type().code(), pool.encoded(), isa));
  }

  /**
   * Observes the valid samples of a dense f32 tensor {@code [outer, samples, inner]}, where a run's
   * number of valid samples counts along the middle. Operands: src, {@link NativeObserver#address}.
   */
  public static NativeKernel observe(long outer, long samples, long inner, String isa) {
    return new NativeKernel(Bindings.observe(outer, samples, inner, isa));
  }

  /**
   * Observes {@code n} values that all samples share, once for each valid sample, so that what is
   * counted depends on the samples and not on how they were batched. Operands as {@link #observe}.
   */
  public static NativeKernel observeShared(long n, String isa) {
    return new NativeKernel(Bindings.observeShared(n, isa));
  }

  /** Each value of an output channel takes as many products as the channel has weights. */
  private static NativeKernel layer(long handle, MemoryLayout weights, MemoryLayout dst) {
    long products = weights.elements() / Math.max(1, dst.dim(1));
    return new NativeKernel(
        handle, Math.multiplyExact(dst.elements(), products), weights.type() == ElementType.S8);
  }
}
