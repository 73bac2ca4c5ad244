package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/** Elementwise arithmetic with broadcasting and type promotion. */
public final class Elementwise {
  /** A comparison of two elements. */
  @FunctionalInterface
  public interface Comparison {
    /** Whether the comparison holds; with NaN only "not equal" does. */
    boolean test(double a, double b);
  }

  private Elementwise() {}

  /** Applies a function to every element; the type is kept. */
  public static Tensor map(Tensor x, DoubleUnaryOperator f) {
    if (x.isQuantized()) {
      throw new OctantException(
          "Cannot compute on " + x.description() + ", expected a dequantized tensor");
    }
    double[] v = Values.of(x);
    for (int i = 0; i < v.length; i++) {
      v[i] = f.applyAsDouble(v[i]);
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** A function that rounds its intermediate results as it is told. */
  @FunctionalInterface
  public interface Rounded {
    /** The function of a value, whose intermediate results are kept in a precision. */
    double apply(double value, Precision precision);
  }

  /** Applies a function in the precision of the tensor. */
  public static Tensor mapRounded(Tensor x, Rounded f) {
    Precision precision = Precision.of(x);
    return map(x, v -> f.apply(v, precision));
  }

  /** Applies a function with a float result: integers are computed as float32. */
  public static Tensor mapFloat(Tensor x, DoubleUnaryOperator f) {
    return map(Values.cast(x, TypePromotion.floatResult(x.dtype())), f);
  }

  /**
   * Combines two operands, tensors or numbers, in their promoted type.
   *
   * @param onFloats used for float results
   * @param onIntegers used for integer and bool results
   */
  public static Tensor combine(
      Object a, Object b, DoubleBinaryOperator onFloats, LongBinaryOperator onIntegers) {
    DType type = TypePromotion.resultType(a, b);
    return type.isFloatingPoint()
        ? combineFloats(a, b, type, onFloats)
        : combineIntegers(a, b, type, onIntegers);
  }

  /** As {@link #combine}, with a float result for integers as well: true division. */
  public static Tensor combineAsFloat(Object a, Object b, DoubleBinaryOperator f) {
    return combineFloats(a, b, TypePromotion.floatResult(TypePromotion.resultType(a, b)), f);
  }

  private static Tensor combineFloats(Object a, Object b, DType type, DoubleBinaryOperator f) {
    Tensor x = asTensor(a, type);
    Tensor y = asTensor(b, type);
    Shape shape = Shape.broadcast(x.shape(), y.shape());
    double[] p = Values.of(expand(x, shape));
    double[] q = Values.of(expand(y, shape));
    for (int i = 0; i < p.length; i++) {
      p[i] = f.applyAsDouble(p[i], q[i]);
    }
    return Values.tensor(type, shape, p);
  }

  private static Tensor combineIntegers(Object a, Object b, DType type, LongBinaryOperator f) {
    Tensor x = asTensor(a, type);
    Tensor y = asTensor(b, type);
    Shape shape = Shape.broadcast(x.shape(), y.shape());
    long[] p = Values.longs(expand(x, shape));
    long[] q = Values.longs(expand(y, shape));
    long[] out = new long[p.length];
    try {
      for (int i = 0; i < out.length; i++) {
        out[i] = f.applyAsLong(p[i], q[i]);
      }
    } catch (ArithmeticException e) {
      throw new OctantException(
          "Cannot divide " + x.description() + " by 0, expected another integer", e);
    }
    return Values.integers(type, shape, out);
  }

  /** Compares two operands; the result is a bool tensor. */
  public static Tensor compare(Object a, Object b, Comparison test) {
    DType type = TypePromotion.resultType(a, b);
    Tensor x = asTensor(a, type);
    Tensor y = asTensor(b, type);
    Shape shape = Shape.broadcast(x.shape(), y.shape());
    double[] p = Values.of(expand(x, shape));
    double[] q = Values.of(expand(y, shape));
    int[] out = new int[p.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = test.test(p[i], q[i]) ? 1 : 0;
    }
    return Tensor.of(DType.BOOL, shape, out);
  }

  /** {@code torch.where}: elements of a where the condition holds, else of b. */
  public static Tensor where(Tensor condition, Object a, Object b) {
    DType type = TypePromotion.resultType(a, b);
    Tensor x = asTensor(a, type);
    Tensor y = asTensor(b, type);
    Shape shape = Shape.broadcast(condition.shape(), Shape.broadcast(x.shape(), y.shape()));
    double[] c = Values.of(expand(condition, shape));
    double[] p = Values.of(expand(x, shape));
    double[] q = Values.of(expand(y, shape));
    for (int i = 0; i < p.length; i++) {
      p[i] = c[i] != 0 ? p[i] : q[i];
    }
    return Values.tensor(type, shape, p);
  }

  /** A tensor in the given type; a number becomes a 0-d tensor. */
  static Tensor asTensor(Object operand, DType type) {
    if (operand instanceof Tensor t) {
      return Values.cast(t, type);
    }
    if (operand instanceof Long l && type == DType.INT64) {
      return Tensor.scalar(l);
    }
    double v = operand instanceof Boolean b ? (b ? 1 : 0) : ((Number) operand).doubleValue();
    return Values.tensor(type, Shape.SCALAR, new double[] {v});
  }

  /** Broadcasts to a shape. */
  static Tensor expand(Tensor t, Shape shape) {
    return t.shape().equals(shape) ? t : Shapes.expand(t, shape);
  }
}
