package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Tensors to and from arrays of doubles, the kernels' working format. */
public final class Values {
  private Values() {}

  /** The elements as doubles; integers of a quantized tensor as they stand. */
  public static double[] of(Tensor t) {
    double[] out = new double[t.numel()];
    switch (t.dtype().storage()) {
      case FLOATS -> {
        float[] src = t.floats();
        for (int i = 0; i < out.length; i++) {
          out[i] = src[i];
        }
      }
      case DOUBLES -> System.arraycopy(t.doubles(), 0, out, 0, out.length);
      case INTS -> {
        int[] src = t.ints();
        for (int i = 0; i < out.length; i++) {
          out[i] = src[i];
        }
      }
      case LONGS -> {
        long[] src = t.longs();
        for (int i = 0; i < out.length; i++) {
          out[i] = src[i];
        }
      }
    }
    return out;
  }

  /**
   * A tensor of a plain type: floats are rounded to nearest even, integers are truncated and wrap
   * around, bool is "not zero".
   */
  public static Tensor tensor(DType dtype, Shape shape, double[] values) {
    if (dtype.isQuantized()) {
      throw new OctantException("Cannot make tensor: " + dtype + ", expected a plain dtype");
    }
    return switch (dtype.storage()) {
      case FLOATS -> Tensor.of(dtype, shape, floats(dtype, values));
      case DOUBLES -> Tensor.of(dtype, shape, values);
      case INTS -> Tensor.of(dtype, shape, ints(dtype, values));
      case LONGS -> {
        long[] out = new long[values.length];
        for (int i = 0; i < out.length; i++) {
          out[i] = (long) values[i];
        }
        yield Tensor.of(dtype, shape, out);
      }
    };
  }

  private static float[] floats(DType dtype, double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return switch (dtype) {
      case FLOAT32 -> out;
      case FLOAT16 -> HalfPrecision.round(out, 11, -14, 65504f);
      case BFLOAT16 -> HalfPrecision.round(out, 8, -126, Float.intBitsToFloat(0x7f7f0000));
      default ->
          throw new OctantException(
              "Cannot round to " + dtype + ", expected float32, float16 or bfloat16");
    };
  }

  private static int[] ints(DType dtype, double[] values) {
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = dtype == DType.BOOL ? (values[i] != 0 ? 1 : 0) : wrap(dtype, (long) values[i]);
    }
    return out;
  }

  /** An integer reduced to the width of a type, as C casts do. */
  static int wrap(DType dtype, long value) {
    return switch (dtype) {
      case INT8 -> (byte) value;
      case UINT8 -> (int) (value & 0xff);
      case INT16 -> (short) value;
      case UINT16 -> (int) (value & 0xffff);
      case BOOL -> value != 0 ? 1 : 0;
      default -> (int) value;
    };
  }

  /** A tensor of integers of a plain integer type or bool, wrapped to its width. */
  static Tensor integers(DType dtype, Shape shape, long[] values) {
    if (dtype == DType.INT64) {
      return Tensor.of(dtype, shape, values);
    }
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = wrap(dtype, values[i]);
    }
    return Tensor.of(dtype, shape, out);
  }

  /** The elements of an integer or bool tensor. */
  static long[] longs(Tensor t) {
    if (t.dtype() == DType.INT64) {
      return t.longs();
    }
    int[] src = t.ints();
    long[] out = new long[src.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = src[i];
    }
    return out;
  }

  /**
   * Refuses operands of different types, which PyTorch's kernels do not mix.
   *
   * @throws OctantException naming the operation and both tensors
   */
  static void requireOneType(String what, Tensor a, Tensor b) {
    if (!a.isQuantized() && !b.isQuantized() && a.dtype() != b.dtype()) {
      throw new OctantException(
          "Cannot "
              + what
              + " "
              + a.description()
              + " with "
              + b.description()
              + ", expected one type");
    }
  }

  /** Converts to another plain type, {@code Tensor.to(dtype)}; the tensor itself if it has it. */
  public static Tensor cast(Tensor t, DType dtype) {
    if (t.dtype() == dtype) {
      return t;
    }
    if (t.isQuantized()) {
      throw new OctantException(
          "Cannot cast " + t.description() + " to " + dtype + ", expected a dequantized tensor");
    }
    if (dtype == DType.INT64 && !t.dtype().isFloatingPoint()) {
      return Tensor.of(dtype, t.shape(), longs(t).clone());
    }
    return tensor(dtype, t.shape(), of(t));
  }
}
