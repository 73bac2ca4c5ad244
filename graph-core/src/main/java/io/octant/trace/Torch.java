package io.octant.trace;

import io.octant.graph.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Functions of the {@code torch} namespace on values. */
public final class Torch {
  private Torch() {}

  /**
   * Calls any function of {@code torch} that is in the operator table.
   *
   * @throws TraceException if it is not, with the nearest names
   */
  public static Value call(String name, List<?> args, Map<String, ?> kwargs) {
    return Recording.known("torch." + name, args, kwargs);
  }

  private static Value call(String name, Object... args) {
    return call(name, Arrays.asList(args), Map.of());
  }

  public static Value add(Object input, Object other) {
    return call("add", input, other);
  }

  public static Value sub(Object input, Object other) {
    return call("sub", input, other);
  }

  public static Value mul(Object input, Object other) {
    return call("mul", input, other);
  }

  public static Value div(Object input, Object other) {
    return call("div", input, other);
  }

  public static Value matmul(Value a, Value b) {
    return call("matmul", a, b);
  }

  public static Value bmm(Value a, Value b) {
    return call("bmm", a, b);
  }

  public static Value relu(Value input) {
    return call("relu", input);
  }

  public static Value sigmoid(Value input) {
    return call("sigmoid", input);
  }

  public static Value tanh(Value input) {
    return call("tanh", input);
  }

  public static Value sin(Value input) {
    return call("sin", input);
  }

  public static Value cos(Value input) {
    return call("cos", input);
  }

  public static Value exp(Value input) {
    return call("exp", input);
  }

  public static Value sqrt(Value input) {
    return call("sqrt", input);
  }

  public static Value abs(Value input) {
    return call("abs", input);
  }

  public static Value softmax(Value input, int axis) {
    return call("softmax", List.of(input), Map.of("dim", axis));
  }

  public static Value cat(List<Value> parts, int axis) {
    return call("cat", parts, axis);
  }

  public static Value stack(List<Value> parts, int axis) {
    return call("stack", parts, axis);
  }

  public static Value chunk(Value input, int chunks, int axis) {
    return call("chunk", input, chunks, axis);
  }

  public static Value split(Value input, int size, int axis) {
    return call("split", List.of(input, size), Map.of("dim", axis));
  }

  public static Value flatten(Value input, int startDim) {
    return call("flatten", input, startDim);
  }

  public static Value reshape(Value input, Object... sizes) {
    return call("reshape", input, Tuple.of(sizes));
  }

  public static Value permute(Value input, int... axes) {
    return call(
        "permute", input, new Tuple(Arrays.stream(axes).<Object>mapToObj(a -> (long) a).toList()));
  }

  public static Value transpose(Value input, int axis0, int axis1) {
    return call("transpose", input, axis0, axis1);
  }

  public static Value squeeze(Value input, int axis) {
    return call("squeeze", input, axis);
  }

  public static Value unsqueeze(Value input, int axis) {
    return call("unsqueeze", input, axis);
  }

  public static Value clamp(Value input, double min, double max) {
    return call("clamp", input, min, max);
  }

  public static Value mean(Value input, int... axes) {
    return call(
        "mean", input, new Tuple(Arrays.stream(axes).<Object>mapToObj(a -> (long) a).toList()));
  }

  public static Value onesLike(Value input) {
    return call("ones_like", input);
  }

  public static Value zerosLike(Value input) {
    return call("zeros_like", input);
  }
}
