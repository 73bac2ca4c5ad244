package io.octant.benchmarks;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.RequantizationRule;
import io.octant.kernels.binding.Unary;
import io.octant.kernels.binding.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A kernel with what it reads and writes.
 *
 * @param operands its sources and, last, its destination; of an observe kernel the source alone
 * @param values how many it counts or writes
 */
record KernelCase(NativeKernel kernel, List<MemoryLayout> operands, long values) {
  private static final Affine AFFINE = Affine.of(ElementType.U8, 0.03, 128);

  /** Rows of 3 MB of f32 together, which neither the first nor the second cache holds. */
  private static final MemoryLayout ROWS = MemoryLayout.rowMajor(ElementType.F32, 1024, 768);

  /** Counts the values of a tensor. */
  static KernelCase observe() {
    long n = ROWS.elements();
    return new KernelCase(Kernels.observe(1, 1, n, Kernels.FASTEST), List.of(ROWS), n);
  }

  /** Makes a convolution of an image, {@code [1, in, size, size]}, padded by half its window. */
  interface Layer {
    NativeKernel make(
        MemoryLayout src, MemoryLayout weights, MemoryLayout dst, Window window, Random random);
  }

  /** A convolution of a type of src and dst. */
  static KernelCase convolution(
      ElementType type,
      int in,
      int out,
      int groups,
      int window,
      int stride,
      int size,
      Layer layer) {
    MemoryLayout src = MemoryLayout.channelsLast(type, 1, in, size, size);
    MemoryLayout weights =
        groups == 1
            ? MemoryLayout.rowMajor(weightType(type), out, in, window, window)
            : MemoryLayout.rowMajor(
                weightType(type), groups, out / groups, in / groups, window, window);
    MemoryLayout dst = MemoryLayout.channelsLast(type, 1, out, size / stride, size / stride);
    NativeKernel kernel =
        layer.make(src, weights, dst, square(window, stride), new Random(weights.elements()));
    return of(kernel, src, dst);
  }

  private static ElementType weightType(ElementType type) {
    return type == ElementType.F32 ? type : ElementType.S8;
  }

  private static Window square(long window, long stride) {
    long[] pad = {window / 2, window / 2};
    return new Window(
        new long[] {window, window},
        new long[] {stride, stride},
        new long[] {1, 1},
        pad,
        new long[] {pad[0] - (stride - 1), pad[0] - (stride - 1)});
  }

  /** In float. */
  static NativeKernel inFloat(
      MemoryLayout src, MemoryLayout weights, MemoryLayout dst, Window window, Random random) {
    float[] data = new float[(int) weights.elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian() / 16;
    }
    try (Attributes attributes = new Attributes()) {
      return Kernels.convolution(src, weights, data, null, dst, window, attributes);
    }
  }

  /** In 8 bits by oneDNN, whose sums are exact with VNNI alone. */
  static NativeKernel byLibrary(
      MemoryLayout src, MemoryLayout weights, MemoryLayout dst, Window window, Random random) {
    try (Attributes attributes = scaled(weights)) {
      return Kernels.libraryIntegerLayer(
          src,
          weights,
          integers(weights, random),
          null,
          dst,
          window,
          attributes,
          RequantizationRule.ONEDNN);
    }
  }

  /** In 8 bits by the kernel that is exact on every instruction set. */
  static NativeKernel exactly(
      MemoryLayout src, MemoryLayout weights, MemoryLayout dst, Window window, Random random) {
    try (Attributes attributes = scaled(weights)) {
      return Kernels.integerLayer(
          src,
          weights,
          integers(weights, random),
          null,
          dst,
          window,
          attributes,
          RequantizationRule.ONEDNN,
          Kernels.FASTEST);
    }
  }

  private static Attributes scaled(MemoryLayout weights) {
    long channels = weights.rank() == 4 ? weights.dim(0) : weights.dim(0) * weights.dim(1);
    float[] scales = new float[(int) channels];
    Arrays.fill(scales, 0.01f);
    return new Attributes()
        .scales(Attributes.Operand.SRC, AFFINE.scale())
        .zeroPoint(Attributes.Operand.SRC, AFFINE.zeroPoint())
        .scales(Attributes.Operand.WEIGHTS, scales)
        .scales(Attributes.Operand.DST, AFFINE.scale())
        .zeroPoint(Attributes.Operand.DST, AFFINE.zeroPoint());
  }

  private static byte[] integers(MemoryLayout weights, Random random) {
    byte[] data = new byte[(int) weights.elements()];
    random.nextBytes(data);
    return data;
  }

  /** Two activations of a head of attention: 12 heads of 128 rows of 64. */
  static KernelCase matmul() {
    MemoryLayout a = MemoryLayout.rowMajor(ElementType.F32, 12, 128, 64);
    MemoryLayout b = a.permute(0, 2, 1);
    MemoryLayout dst = MemoryLayout.rowMajor(ElementType.F32, 12, 128, 128);
    try (Attributes attributes = new Attributes()) {
      return of(Kernels.matmul(a, b, dst, attributes), a, b, dst);
    }
  }

  /** The sum of two tensors. */
  static KernelCase add() {
    return of(Kernels.pairwise(Binary.ADD, ROWS, ROWS, ROWS, Kernels.FASTEST), ROWS, ROWS, ROWS);
  }

  /** The sum of two quantized tensors. */
  static KernelCase quantizedAdd() {
    MemoryLayout rows = ROWS.withType(ElementType.U8);
    return of(
        Kernels.pairwise(Binary.ADD, rows, rows, rows, AFFINE, AFFINE, AFFINE, Kernels.FASTEST),
        rows,
        rows,
        rows);
  }

  /** From f32 to 8 bits. */
  static KernelCase quantize() {
    return of(
        Kernels.quantize(ROWS.elements(), AFFINE, Kernels.FASTEST),
        ROWS,
        ROWS.withType(ElementType.U8));
  }

  /** From 8 bits to f32. */
  static KernelCase dequantize() {
    return of(
        Kernels.dequantize(ROWS.elements(), AFFINE, Kernels.FASTEST),
        ROWS.withType(ElementType.U8),
        ROWS);
  }

  /** Over the last axis. */
  static KernelCase softmax() {
    return of(Kernels.softmax(ROWS, ROWS, 1), ROWS, ROWS);
  }

  /** Over the last axis. */
  static KernelCase layerNorm() {
    return of(Kernels.layerNorm(ROWS, ROWS, null, null, 1e-5f), ROWS, ROWS);
  }

  /** A function of each value. */
  static KernelCase eltwise(Unary function, float alpha, float beta) {
    try (Attributes none = new Attributes()) {
      return of(Kernels.eltwise(function, alpha, beta, ROWS, ROWS, none), ROWS, ROWS);
    }
  }

  private static KernelCase of(NativeKernel kernel, MemoryLayout... operands) {
    return new KernelCase(kernel, List.of(operands), operands[operands.length - 1].elements());
  }

  /** Bytes that it reads and writes, weights left out. */
  long bytes() {
    return operands.stream().mapToLong(MemoryLayout::bytes).sum();
  }
}
