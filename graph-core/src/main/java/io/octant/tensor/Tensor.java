package io.octant.tensor;

import io.octant.OctantException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dense, contiguous, row-major tensor. Immutable by contract: the arrays that {@link #floats()}
 * and its siblings hand out are the storage itself and must not be written.
 *
 * <p>Quantized types hold their integers in {@link #ints()} together with {@link QParams}.
 *
 * <p>After {@code torch.Tensor}; always row-major ({@code torch.contiguous_format}).
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;

  /** Null in a tensor of zeros whose elements nobody has asked for. */
  private @Nullable Object storage;

  private final @Nullable QParams qparams;

  private Tensor(
      DType dtype, Shape shape, @Nullable Object storage, int length, @Nullable QParams qparams) {
    if (length != shape.numel()) {
      throw new OctantException(
          "Cannot make tensor: "
              + length
              + " values, expected "
              + shape.numel()
              + " for shape "
              + shape);
    }
    if (dtype.isQuantized() != (qparams != null)) {
      throw new OctantException(
          "Cannot make tensor: " + dtype + (qparams == null ? " without" : " with") + " qparams");
    }
    this.dtype = dtype;
    this.shape = shape;
    this.storage = storage;
    this.qparams = qparams;
  }

  /** A float32 tensor over the given array (not copied). */
  public static Tensor of(float[] values, int... dims) {
    return of(DType.FLOAT32, Shape.of(dims), values);
  }

  /**
   * A tensor of a 16- or 32-bit float type over the given array (not copied), whose values must be
   * ones of the type.
   *
   * @throws OctantException if type or number of values do not fit
   */
  public static Tensor of(DType dtype, Shape shape, float[] values) {
    return new Tensor(require(dtype, DType.Storage.FLOATS), shape, values, values.length, null);
  }

  /**
   * A float64 tensor over the given array (not copied).
   *
   * @throws OctantException if type or number of values do not fit
   */
  public static Tensor of(DType dtype, Shape shape, double[] values) {
    return new Tensor(require(dtype, DType.Storage.DOUBLES), shape, values, values.length, null);
  }

  /**
   * An int64 tensor over the given array (not copied).
   *
   * @throws OctantException if type or number of values do not fit
   */
  public static Tensor of(DType dtype, Shape shape, long[] values) {
    return new Tensor(require(dtype, DType.Storage.LONGS), shape, values, values.length, null);
  }

  /** Integers of a plain (not quantized) type; booleans are 0 and 1. */
  public static Tensor of(DType dtype, Shape shape, int[] values) {
    return new Tensor(require(dtype, DType.Storage.INTS), shape, values, values.length, null);
  }

  /** Integers with their quantization parameters. */
  public static Tensor quantized(DType dtype, Shape shape, int[] values, QParams qparams) {
    return new Tensor(require(dtype, DType.Storage.INTS), shape, values, values.length, qparams);
  }

  /**
   * Zeros. They take no memory until one of the arrays is asked for, so that shapes can be
   * propagated through tensors of any size.
   *
   * @param qparams of a quantized type, null for the others
   */
  public static Tensor zeros(DType dtype, Shape shape, @Nullable QParams qparams) {
    return new Tensor(dtype, shape, null, shape.numel(), qparams);
  }

  /** A float32 tensor without axes. */
  public static Tensor scalar(float value) {
    return of(DType.FLOAT32, Shape.SCALAR, new float[] {value});
  }

  /** An int64 tensor without axes. */
  public static Tensor scalar(long value) {
    return of(DType.INT64, Shape.SCALAR, new long[] {value});
  }

  private static DType require(DType dtype, DType.Storage storage) {
    if (dtype.storage() != storage) {
      throw new OctantException(
          "Cannot make tensor: " + dtype + " over " + storage + ", expected " + dtype.storage());
    }
    return dtype;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The sizes, outermost axis first; empty for a scalar. */
  public Shape shape() {
    return shape;
  }

  /** How many elements there are; 1 for a scalar. */
  public int numel() {
    return shape.numel();
  }

  /** Whether it is of {@link #zeros} and nobody has asked for an array of them. */
  public boolean isUnreadZeros() {
    return storage == null;
  }

  /** Whether the elements are integers with {@link QParams}. */
  public boolean isQuantized() {
    return qparams != null;
  }

  /**
   * The parameters of a quantized tensor.
   *
   * @throws OctantException if the tensor is not quantized
   */
  public QParams qparams() {
    if (qparams == null) {
      throw new OctantException(
          "Cannot read qparams of a tensor: " + description() + ", expected a quantized one");
    }
    return qparams;
  }

  /** Storage of the 16- and 32-bit float types. */
  public float[] floats() {
    return (float[]) expect(DType.Storage.FLOATS);
  }

  /** Storage of float64. */
  public double[] doubles() {
    return (double[]) expect(DType.Storage.DOUBLES);
  }

  /** Storage of bool, of the integers below 64 bits, and of the quantized types. */
  public int[] ints() {
    return (int[]) expect(DType.Storage.INTS);
  }

  /** Storage of int64. */
  public long[] longs() {
    return (long[]) expect(DType.Storage.LONGS);
  }

  private Object expect(DType.Storage wanted) {
    if (dtype.storage() != wanted) {
      throw new OctantException(
          "Cannot read "
              + wanted
              + " of a tensor: "
              + description()
              + ", expected "
              + dtype.storage());
    }
    return storage();
  }

  private Object storage() {
    Object made = storage;
    if (made == null) {
      int n = shape.numel();
      made =
          switch (dtype.storage()) {
            case FLOATS -> new float[n];
            case DOUBLES -> new double[n];
            case INTS -> new int[n];
            case LONGS -> new long[n];
          };
      storage = made; // two threads may make it twice: zeros are zeros
    }
    return made;
  }

  /**
   * Element as a double, integers of a quantized tensor as they stand; exact but for int64 beyond
   * 2^53.
   */
  public double doubleAt(int index) {
    Object values = storage();
    return switch (dtype.storage()) {
      case FLOATS -> ((float[]) values)[index];
      case DOUBLES -> ((double[]) values)[index];
      case INTS -> ((int[]) values)[index];
      case LONGS -> ((long[]) values)[index];
    };
  }

  /** Element as a long; floats are truncated. */
  public long longAt(int index) {
    return dtype == DType.INT64 ? ((long[]) storage())[index] : (long) doubleAt(index);
  }

  /**
   * The only element.
   *
   * @throws OctantException if there are none or several
   */
  public double item() {
    if (numel() != 1) {
      throw new OctantException(
          "Cannot read the item of a tensor: " + description() + ", expected one element");
    }
    return doubleAt(0);
  }

  /**
   * The same storage under another shape of as many elements. Per-channel qparams keep their axis:
   * the caller checks it.
   */
  public Tensor reshape(Shape to) {
    return new Tensor(dtype, to, storage, shape.numel(), qparams);
  }

  /**
   * The integers of a quantized tensor as int8, uint8 or int32 (quint4x2: uint8), without
   * parameters.
   */
  public Tensor intRepr() {
    QParams unused = qparams();
    DType plain =
        switch (dtype) {
          case QINT8 -> DType.INT8;
          case QINT32 -> DType.INT32;
          default -> DType.UINT8;
        };
    return isUnreadZeros() ? zeros(plain, shape, null) : of(plain, shape, ints());
  }

  /** Bit-for-bit equality of type, shape, parameters and elements (NaN equals the same NaN). */
  @Override
  public boolean equals(Object o) {
    if (!(o instanceof Tensor t)
        || t.dtype != dtype
        || !t.shape.equals(shape)
        || !java.util.Objects.equals(t.qparams, qparams)) {
      return false;
    }
    return switch (dtype.storage()) {
      case FLOATS -> Arrays.equals(floats(), t.floats());
      case DOUBLES -> Arrays.equals(doubles(), t.doubles());
      case INTS -> Arrays.equals(ints(), t.ints());
      case LONGS -> Arrays.equals(longs(), t.longs());
    };
  }

  @Override
  public int hashCode() {
    int h =
        switch (dtype.storage()) {
          case FLOATS -> Arrays.hashCode(floats());
          case DOUBLES -> Arrays.hashCode(doubles());
          case INTS -> Arrays.hashCode(ints());
          case LONGS -> Arrays.hashCode(longs());
        };
    return 31 * h + shape.hashCode();
  }

  /**
   * Type, shape and kind of parameters, without elements: {@code torch.float32[2, 3]}, {@code
   * torch.qint8[2]{scale=0.5, zeroPoint=3}}, {@code torch.qint8[4, 2]{torch.per_channel_affine(4
   * channels on axis 0)}}.
   */
  public String description() {
    return dtype + shape.toString() + (qparams == null ? "" : "{" + qparams.description() + "}");
  }

  /**
   * Type, shape and the elements in row-major order, three at either end of many: {@code
   * torch.float32[2, 4](0.5, -1.0, 2.0, ..., 0.0, 1.5, 7.0)}. Those of a quantized tensor are
   * integers, with their parameters: {@code torch.qint8[2](1, -2; scale=0.5, zeroPoint=3)}.
   */
  @Override
  public String toString() {
    return dtype
        + shape.toString()
        + "("
        + (storage == null ? "zeros" : Abbreviated.values(numel(), this::text))
        + (qparams == null ? ")" : "; " + qparams + ")");
  }

  private String text(int index) {
    return dtype == DType.BOOL
        ? String.valueOf(longAt(index) != 0)
        : switch (dtype.storage()) {
          case FLOATS -> String.valueOf(floats()[index]);
          case DOUBLES -> String.valueOf(doubles()[index]);
          case INTS, LONGS -> String.valueOf(longAt(index));
        };
  }
}
