package io.octant.onnx.suite;

import io.octant.OctantException;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's file format for one array, versions 1 to 3, little-endian.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format</a>
 */
final class NpyFile {
  private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

  private NpyFile() {}

  /**
   * Reads an array.
   *
   * @throws OctantException naming the file, if it is of a type that has no tensor here
   */
  static Tensor read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = bytes[6];
    int start = version == 1 ? 10 : 12;
    int length = version == 1 ? in.getShort(8) & 0xffff : in.getInt(8);
    String header = new String(bytes, start, length, StandardCharsets.UTF_8);
    in.position(start + length);
    int[] dims = shape(field(SHAPE, header, file)).toArray();
    if (field(ORDER, header, file).equals("False")) {
      return tensor(field(TYPE, header, file), Shape.of(dims), in, file);
    }
    int[] reversed = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      reversed[i] = dims[dims.length - 1 - i];
    }
    return transposed(tensor(field(TYPE, header, file), Shape.of(reversed), in, file));
  }

  private static Tensor transposed(Tensor x) {
    Object[] axes = new Object[x.shape().rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = (long) (axes.length - 1 - i);
    }
    List<Object> args = new ArrayList<>(List.of(x));
    args.addAll(List.of(axes));
    return (Tensor) ReferenceOperators.standard().callMethod("permute", args, Map.of());
  }

  private static String field(Pattern pattern, String header, Path file) {
    Matcher m = pattern.matcher(header);
    if (!m.find()) {
      throw new OctantException("Cannot read " + file + ": no " + pattern + " in " + header);
    }
    return m.group(1);
  }

  private static Shape shape(String dims) {
    int[] out =
        Pattern.compile(",")
            .splitAsStream(dims)
            .map(String::strip)
            .filter(d -> !d.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    return Shape.of(out);
  }

  private static Tensor tensor(String type, Shape shape, ByteBuffer in, Path file) {
    int n = shape.numel();
    switch (type) {
      case "<f4" -> {
        float[] out = new float[n];
        in.asFloatBuffer().get(out);
        return Tensor.of(DType.FLOAT32, shape, out);
      }
      case "<f8" -> {
        double[] out = new double[n];
        in.asDoubleBuffer().get(out);
        return Tensor.of(DType.FLOAT64, shape, out);
      }
      case "<i8" -> {
        long[] out = new long[n];
        in.asLongBuffer().get(out);
        return Tensor.of(DType.INT64, shape, out);
      }
      case "<u8" -> {
        long[] out = new long[n];
        in.asLongBuffer().get(out);
        for (long v : out) {
          if (v < 0) {
            throw new OctantException(
                "Cannot read "
                    + file
                    + ": "
                    + Long.toUnsignedString(v)
                    + ", expected less than 2^63");
          }
        }
        return Tensor.of(DType.INT64, shape, out);
      }
      case "<u4" -> {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          out[i] = in.getInt() & 0xffffffffL;
        }
        return Tensor.of(DType.INT64, shape, out);
      }
      case "<i4" -> {
        int[] out = new int[n];
        in.asIntBuffer().get(out);
        return Tensor.of(DType.INT32, shape, out);
      }
      case "<f2" -> {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
          out[i] = halfToFloat(in.getShort());
        }
        return Tensor.of(DType.FLOAT16, shape, out);
      }
      default -> {
        return integers(type, shape, in, file);
      }
    }
  }

  private static Tensor integers(String type, Shape shape, ByteBuffer in, Path file) {
    DType dtype =
        switch (type) {
          case "|b1" -> DType.BOOL;
          case "|u1" -> DType.UINT8;
          case "|i1" -> DType.INT8;
          case "<i2" -> DType.INT16;
          case "<u2" -> DType.UINT16;
          default ->
              throw new OctantException(
                  "Cannot read " + file + ": elements of type " + type + ", which no tensor has");
        };
    int[] out = new int[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (dtype) {
            case INT8 -> in.get();
            case INT16 -> in.getShort();
            case UINT16 -> in.getShort() & 0xffff;
            default -> in.get() & 0xff;
          };
    }
    return Tensor.of(dtype, shape, out);
  }

  private static float halfToFloat(short half) {
    int exponent = half >> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> mantissa * 0x1p-24;
          case 31 -> mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (1024 + mantissa) * Math.scalb(1.0, exponent - 25);
        };
    return (float) (half < 0 ? -magnitude : magnitude);
  }
}
