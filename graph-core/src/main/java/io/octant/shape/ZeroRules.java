package io.octant.shape;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results of operators on zeros that nobody has read, where they are such zeros again, in any type:
 * exactly what running the operator gives, without its cost. A model that is quantized at run time
 * casts and shifts integers for every layer. A rule answers null where the operator has to be run.
 */
final class ZeroRules {
  private ZeroRules() {}

  static @Nullable Tensor call(BoundCall call) {
    if (!(call.find(0) instanceof Tensor in) || !in.isUnreadZeros()) {
      return null;
    }
    return switch (call.row().name()) {
      case "operator.add", "operator.sub", "add", "sub", "mul" -> arithmetic(in, call);
      case "to" -> converted(in, call);
      case "int_repr" -> in.isQuantized() ? in.intRepr() : null;
      case "dynamic_quantize_linear" ->
          in.dtype() == DType.FLOAT32 ? Zeros.of(DType.QUINT8, in.shape()) : null; // scale 1
      case "amin", "amax" -> extremum(in, call);
      default -> null;
    };
  }

  private static @Nullable Tensor arithmetic(Tensor a, BoundCall call) {
    boolean plain = call.find("alpha") == null || Long.valueOf(1).equals(call.find("alpha"));
    return plain
            && !a.isQuantized()
            && call.find(1) instanceof Tensor b
            && !b.isQuantized()
            && b.dtype() == a.dtype()
            && a.dtype() != DType.BOOL
            && (b.isUnreadZeros() || isZero(b))
        ? Zeros.of(a.dtype(), Shape.broadcast(a.shape(), b.shape()))
        : null;
  }

  private static boolean isZero(Tensor b) {
    return b.numel() == 1 && b.doubleAt(0) == 0;
  }

  private static @Nullable Tensor converted(Tensor in, BoundCall call) {
    Object given = call.find("dtype") != null ? call.find("dtype") : argument(call);
    return given instanceof DType type && !type.isQuantized() && !in.isQuantized()
        ? Zeros.of(type, in.shape())
        : null;
  }

  /** The only positional argument behind the first; null if there are others. */
  private static @Nullable Object argument(BoundCall call) {
    List<?> rest = call.find("args") instanceof List<?> l ? l : List.of();
    return rest.size() == 1 ? rest.get(0) : null;
  }

  private static @Nullable Tensor extremum(Tensor in, BoundCall call) {
    boolean whole = call.find("dim") == null && !call.flag("keepdim") && call.find("dtype") == null;
    return whole && in.numel() > 0 && !in.isQuantized() ? Zeros.of(in.dtype(), Shape.SCALAR) : null;
  }
}
