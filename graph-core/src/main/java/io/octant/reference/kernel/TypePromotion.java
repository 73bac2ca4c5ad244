package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The result type of mixed arithmetic, after PyTorch's {@code torch.result_type}: tensors with axes
 * outrank 0-d tensors, which outrank Python numbers; a lower rank only counts if its category
 * (bool, int, float) is higher.
 */
public final class TypePromotion {
  private TypePromotion() {}

  /** The type that operands (tensors, longs, doubles, booleans) are computed in. */
  public static DType resultType(Object... operands) {
    @Nullable DType withAxes = null;
    @Nullable DType scalarTensors = null;
    @Nullable DType numbers = null;
    for (Object o : operands) {
      if (o instanceof Tensor t && t.shape().rank() > 0) {
        withAxes = join(withAxes, t.dtype());
      } else if (o instanceof Tensor t) {
        scalarTensors = join(scalarTensors, t.dtype());
      } else {
        numbers = join(numbers, typeOfNumber(o));
      }
    }
    DType result = combine(combine(withAxes, scalarTensors), numbers);
    if (result == null) {
      throw new OctantException("Cannot promote types of no operands, expected at least one");
    }
    return result;
  }

  private static @Nullable DType combine(@Nullable DType stronger, @Nullable DType weaker) {
    if (stronger == null || weaker == null) {
      return stronger == null ? weaker : stronger;
    }
    return category(weaker) > category(stronger) ? weaker : stronger;
  }

  private static DType typeOfNumber(Object o) {
    if (o instanceof Long || o instanceof Integer) {
      return DType.INT64;
    }
    if (o instanceof Double || o instanceof Float) {
      return DType.FLOAT32;
    }
    if (o instanceof Boolean) {
      return DType.BOOL;
    }
    throw new OctantException("Cannot compute with " + o + ", expected a tensor or a number");
  }

  private static int category(DType t) {
    if (t.isQuantized()) {
      throw new OctantException(
          "Cannot promote " + t + " in float arithmetic, expected a dequantized tensor");
    }
    return t == DType.BOOL ? 0 : t.isFloatingPoint() ? 2 : 1;
  }

  /** Whether a result may be written into a type, {@code torch.can_cast}: no category is lost. */
  public static boolean canCast(DType from, DType to) {
    return category(from) <= category(to);
  }

  private static DType join(@Nullable DType a, DType b) {
    if (a == null || a == b) {
      category(b);
      return b;
    }
    if (category(a) != category(b)) {
      return category(a) > category(b) ? a : b;
    }
    if (a.isFloatingPoint()) {
      // float16 and bfloat16 meet in float32, as neither holds the other
      return a.bytes() == b.bytes() ? DType.FLOAT32 : a.bytes() > b.bytes() ? a : b;
    }
    if (a.isSigned() == b.isSigned()) {
      return a.bytes() >= b.bytes() ? a : b;
    }
    int bytes = Math.max(signedBytes(a), signedBytes(b));
    return bytes <= 1
        ? DType.INT8
        : bytes == 2 ? DType.INT16 : bytes == 4 ? DType.INT32 : DType.INT64;
  }

  private static int signedBytes(DType t) {
    return t.isSigned() ? t.bytes() : 2 * t.bytes();
  }

  /** The type of a float result: integers and bool become float32. */
  public static DType floatResult(DType type) {
    return type.isFloatingPoint() ? type : DType.FLOAT32;
  }
}
