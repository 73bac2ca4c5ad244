package io.octant.kernels.plan;

import io.octant.kernels.binding.ElementType;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Copies tensors between Java arrays and row-major native memory. */
final class TensorTransfer {
  private TensorTransfer() {}

  /** Writes all elements to the start of {@code memory}. */
  static void write(Tensor tensor, ElementType type, ByteBuffer memory) {
    switch (type) {
      case F32 -> memory.asFloatBuffer().put(tensor.floats());
      case S64 -> memory.asLongBuffer().put(tensor.longs());
      case S32 -> memory.asIntBuffer().put(tensor.ints());
      case U8, S8 -> {
        int[] values = tensor.ints();
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) values[i];
        }
        memory.put(bytes);
      }
    }
  }

  /** Reads a new tensor from the start of {@code memory}. */
  static Tensor read(DType dtype, Shape shape, @Nullable QParams qparams, ByteBuffer memory) {
    int n = shape.numel();
    return switch (dtype.storage()) {
      case FLOATS -> {
        float[] values = new float[n];
        memory.asFloatBuffer().get(values);
        yield Tensor.of(dtype, shape, values);
      }
      case LONGS -> {
        long[] values = new long[n];
        memory.asLongBuffer().get(values);
        yield Tensor.of(dtype, shape, values);
      }
      case INTS -> {
        int[] values = dtype.bytes() == 1 ? bytes(dtype, n, memory) : ints(n, memory);
        yield qparams == null
            ? Tensor.of(dtype, shape, values)
            : Tensor.quantized(dtype, shape, values, qparams);
      }
      case DOUBLES -> throw new IllegalStateException("Cannot read " + dtype + " natively");
    };
  }

  private static int[] bytes(DType dtype, int n, ByteBuffer memory) {
    byte[] bytes = new byte[n];
    memory.get(bytes);
    int[] values = new int[n];
    for (int i = 0; i < n; i++) {
      values[i] = dtype.isSigned() ? bytes[i] : bytes[i] & 255;
    }
    return values;
  }

  private static int[] ints(int n, ByteBuffer memory) {
    int[] values = new int[n];
    memory.asIntBuffer().get(values);
    return values;
  }
}
