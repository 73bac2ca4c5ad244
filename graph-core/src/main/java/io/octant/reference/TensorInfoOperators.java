package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a tensor is: shape, rank, type. */
final class TensorInfoOperators {
  /** Names of the items that {@code max}, {@code sort}, {@code aminmax} and the like return. */
  private static final Map<String, Integer> FIELDS =
      Map.of("values", 0, "indices", 1, "min", 0, "max", 1);

  private TensorInfoOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("getattr", TensorInfoOperators::attribute);
    ops.define("size", TensorInfoOperators::size);
    ops.define("dim", a -> (long) a.tensor("input").shape().rank());
    ops.define("numel", a -> (long) a.tensor("input").numel());
    ops.define("item", a -> item(a.tensor("input")));
    ops.define("shape_as_tensor", a -> shape(a.tensor("input").shape()));
    ops.define("len", TensorInfoOperators::length);
    ops.define("tuple", TensorInfoOperators::tuple);
    ops.define("is_floating_point", a -> a.tensor("input").dtype().isFloatingPoint());
    ops.define("_assert", TensorInfoOperators::check);
  }

  private static Tuple tuple(NamedValues args) {
    Object items = args.value("iterable");
    if (items instanceof List<?> list) {
      return new Tuple(List.copyOf(list));
    }
    if (items instanceof Tuple t) {
      return t;
    }
    throw args.wrong("iterable", "a list or tuple");
  }

  private static Object attribute(NamedValues args) {
    Object object = args.value("object");
    String name = args.text("name");
    if (object instanceof Tensor t) {
      switch (name) {
        case "shape":
          return t.shape();
        case "ndim":
          return (long) t.shape().rank();
        case "dtype":
          return t.dtype();
        case "is_quantized":
          return t.isQuantized();
        case "T":
        case "mT":
          return t.shape().rank() < 2 ? t : Shapes.transpose(t, -2, -1);
        case "device":
          return "cpu";
        case "requires_grad":
          return false;
        default:
          break;
      }
    }
    if (object instanceof Tuple t && FIELDS.containsKey(name) && t.size() == 2) {
      return t.item(FIELDS.get(name));
    }
    throw new OperatorException(
        "Cannot read attribute "
            + name
            + " of "
            + object
            + ", expected shape, ndim, dtype, is_quantized, T, mT or device of a tensor, or values, indices, min or max"
            + " of a pair of results");
  }

  private static Object size(NamedValues args) {
    Shape shape = args.tensor("input").shape();
    return args.isNone("dim") ? shape : (Object) (long) shape.dim(shape.axis(args.integer("dim")));
  }

  private static Object item(Tensor t) {
    double value = t.item();
    return t.dtype() == DType.BOOL
        ? (Object) (value != 0)
        : t.dtype().isFloatingPoint() ? (Object) value : (Object) t.longAt(0);
  }

  private static Tensor shape(Shape of) {
    return Tensor.of(
        DType.INT64, Shape.of(of.rank()), Arrays.stream(of.toArray()).asLongStream().toArray());
  }

  private static Object length(NamedValues args) {
    Object o = args.value("obj");
    if (o instanceof Tensor t) {
      return (long) t.shape().dim(0);
    }
    if (o instanceof Map<?, ?> map) {
      return (long) map.size();
    }
    List<?> items = o instanceof Tuple t ? t.items() : args.items("obj");
    return (long) items.size();
  }

  private static Object check(NamedValues args) {
    if (!args.flag("condition")) {
      throw new OperatorException("Assertion failed: " + args.value("message"));
    }
    return io.octant.graph.None.NONE;
  }
}
