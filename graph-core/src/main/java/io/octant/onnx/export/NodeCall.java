package io.octant.onnx.export;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxException;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.TypePromotion;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An operator call of the graph with its arguments by name, for the rule that writes it. */
final class NodeCall {
  private final ExportGraph graph;
  private final String type;
  private final NamedValues values;
  private final Map<String, Object> settings;
  private final Object result;
  private final Object next;

  /**
   * A call.
   *
   * @param type function, method or module type
   * @param values bound arguments; {@link ExportedTensor} where the model computes one
   * @param settings hyperparameters, if a module is called
   * @param result what the call gives, right in type and shape
   * @param next the same at one sample more
   */
  NodeCall(
      ExportGraph graph,
      String type,
      NamedValues values,
      Map<String, Object> settings,
      Object result,
      Object next) {
    this.graph = graph;
    this.type = type;
    this.values = values;
    this.settings = settings;
    this.result = result;
    this.next = next;
  }

  ExportGraph graph() {
    return graph;
  }

  String type() {
    return type;
  }

  NamedValues values() {
    return values;
  }

  Map<String, Object> settings() {
    return settings;
  }

  OnnxException refusal(String why) {
    return new OnnxException(why);
  }

  // ---- the result

  /** What the call gives, right in type and shape. */
  Tensor result() {
    if (result instanceof Tensor t) {
      return t;
    }
    throw refusal("it gives " + result + ", expected a tensor");
  }

  /** The tensors of a result that is a tuple or list. */
  List<Tensor> results() {
    List<?> items = result instanceof Tuple t ? t.items() : (List<?>) result;
    return items.stream().map(Tensor.class::cast).toList();
  }

  /** The result, or the first of several. */
  Tensor firstResult() {
    return result instanceof Tensor t ? t : results().get(0);
  }

  DType dtype() {
    return result instanceof Tensor t ? t.dtype() : DType.INT64;
  }

  /** Sizes of the result's axes, −1 where they depend on the batch. */
  int[] dims() {
    Tensor first = result();
    Shape second = ((Tensor) next).shape();
    return IntStream.range(0, first.shape().rank())
        .map(i -> first.shape().dim(i) == second.dim(i) ? first.shape().dim(i) : -1)
        .toArray();
  }

  /** Sizes of one of several results, none of which may depend on the batch. */
  int[] fixedDims(int index) {
    Shape first = results().get(index).shape();
    List<?> items = next instanceof Tuple t ? t.items() : (List<?>) next;
    if (!first.equals(((Tensor) items.get(index)).shape())) {
      throw refusal("result " + index + " depends on the batch, expected a fixed shape");
    }
    return first.toArray();
  }

  // ---- arguments

  boolean has(String name) {
    return values.has(name) && values.value(name) != None.NONE;
  }

  boolean isTensor(String name) {
    return values.value(name) instanceof Tensor
        || (values.value(name) instanceof ExportedTensor t && !t.number());
  }

  /** The type and shape of a tensor. */
  Tensor like(String name) {
    return like(values.value(name), name);
  }

  Tensor like(Object value, String name) {
    if (value instanceof ExportedTensor t && !t.number()) {
      return Zeros.of(t.dtype(), t.shape());
    }
    if (value instanceof Tensor t) {
      return t;
    }
    throw refusal(name + " is " + value + ", expected a tensor");
  }

  int rank(String name) {
    return like(name).shape().rank();
  }

  int axis(String name, int axis) {
    return like(name).shape().axis(axis);
  }

  /** Size of an axis, −1 if it depends on the batch. */
  int dim(String name, int axis) {
    return values.value(name) instanceof ExportedTensor t
        ? t.dim(axis)
        : like(name).shape().dim(axis);
  }

  /** Size of an axis that must not depend on the batch. */
  int fixedDim(String name, int axis) {
    int size = dim(name, axis);
    if (size < 0) {
      throw refusal(
          "axis " + axis + " of " + name + " depends on the batch, expected a fixed size");
    }
    return size;
  }

  /** The type in which arguments meet. */
  DType promoted(String... names) {
    return TypePromotion.resultType(
        Arrays.stream(names)
            .map(values::value)
            .map(v -> v instanceof ExportedTensor t && t.number() ? (Object) 0L : v)
            .map(v -> v instanceof ExportedTensor t ? Zeros.of(t.dtype(), t.shape()) : v)
            .toArray());
  }

  /** The ONNX tensor of an argument. */
  String in(String name) {
    return in(values.value(name), name);
  }

  String in(Object value, String name) {
    if (value instanceof ExportedTensor t) {
      return t.name();
    }
    return graph.constant(like(value, name));
  }

  /** The ONNX tensor of an argument in a type; a number becomes one. */
  String in(String name, DType as) {
    return in(values.value(name), name, as);
  }

  String in(Object value, String name, DType as) {
    if (value instanceof Number n) {
      return graph.number(as, n.doubleValue());
    }
    if (value instanceof Boolean b) {
      return graph.number(as, b ? 1 : 0);
    }
    DType is = value instanceof ExportedTensor t ? t.dtype() : like(value, name).dtype();
    return is == as ? in(value, name) : graph.cast(in(value, name), as);
  }

  /** An optional tensor, "" for None. */
  String optional(String name) {
    return has(name) ? in(name) : "";
  }

  /** A tensor that is known; null for None. */
  @Nullable Tensor findConstant(String name) {
    if (!has(name)) {
      return null;
    }
    if (values.value(name) instanceof Tensor t) {
      return t;
    }
    throw refusal(name + " is computed, expected a parameter, a buffer or a constant");
  }

  /** A tensor that is known. */
  Tensor constant(String name) {
    Tensor t = findConstant(name);
    if (t == null) {
      throw refusal(name + " is None, expected a tensor");
    }
    return t;
  }

  /** Integers as a tensor of one axis; some may depend on the batch. */
  String sizes(List<?> items) {
    if (items.stream().allMatch(Long.class::isInstance)) {
      return graph.ints(items.stream().mapToLong(Long.class::cast).toArray());
    }
    List<String> parts = new ArrayList<>();
    for (Object item : items) {
      parts.add(
          item instanceof ExportedTensor t && t.dtype() == DType.INT64
              ? graph.emit("Reshape", t.name(), graph.ints(1))
              : graph.ints((Long) item));
    }
    return graph.emit("Concat", Map.of("axis", 0L), parts.toArray(String[]::new));
  }

  long[] longs(String name, int count) {
    return Arrays.stream(values.ints(name, count)).asLongStream().toArray();
  }

  // ---- what many rules emit

  /** A value in the shape of the result, which has the same elements. */
  String reshaped(String value) {
    return reshaped(value, dims());
  }

  /** A value in a shape of which one size at most depends on the batch. */
  String reshaped(String value, int... dims) {
    if (Arrays.stream(dims).filter(d -> d < 0).count() > 1) {
      throw refusal("two sizes of its result depend on the batch, expected one at most");
    }
    boolean empty = Arrays.stream(dims).anyMatch(d -> d == 0);
    return graph.emit(
        "Reshape",
        empty ? Map.of("allowzero", 1L) : Map.of(),
        value,
        graph.ints(Arrays.stream(dims).asLongStream().toArray()));
  }

  String plus(String a, String b) {
    return graph.emit("Add", a, b);
  }

  String times(String a, String b) {
    return graph.emit("Mul", a, b);
  }

  /** A value times a number; the value itself if that is 1. */
  String scaled(String value, DType dtype, double factor) {
    return factor == 1 ? value : times(value, graph.number(dtype, factor));
  }
}
