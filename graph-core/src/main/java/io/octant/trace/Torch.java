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

  /** {@code input + other}, elementwise with broadcasting; one of them may be a number. */
  public static Value add(Object input, Object other) {
    return call("add", input, other);
  }

  /** {@code input − other}, elementwise with broadcasting; one of them may be a number. */
  public static Value sub(Object input, Object other) {
    return call("sub", input, other);
  }

  /** {@code input · other}, elementwise with broadcasting; one of them may be a number. */
  public static Value mul(Object input, Object other) {
    return call("mul", input, other);
  }

  /** {@code input / other}, elementwise with broadcasting; integers are divided as floats. */
  public static Value div(Object input, Object other) {
    return call("div", input, other);
  }

  /**
   * The matrix product over the last two axes, the axes before them broadcast; vectors as in
   * PyTorch.
   */
  public static Value matmul(Value a, Value b) {
    return call("matmul", a, b);
  }

  /** Matrix products of two batches: [B, n, k] by [B, k, m] gives [B, n, m]. */
  public static Value bmm(Value a, Value b) {
    return call("bmm", a, b);
  }

  /** {@code max(0, x)}. */
  public static Value relu(Value input) {
    return call("relu", input);
  }

  /** {@code 1 / (1 + exp(−x))}. */
  public static Value sigmoid(Value input) {
    return call("sigmoid", input);
  }

  /** The hyperbolic tangent. */
  public static Value tanh(Value input) {
    return call("tanh", input);
  }

  /** The sine of radians. */
  public static Value sin(Value input) {
    return call("sin", input);
  }

  /** The cosine of radians. */
  public static Value cos(Value input) {
    return call("cos", input);
  }

  /** {@code e} to the power of each element. */
  public static Value exp(Value input) {
    return call("exp", input);
  }

  /** The square root; NaN for negative elements. */
  public static Value sqrt(Value input) {
    return call("sqrt", input);
  }

  /** The absolute value. */
  public static Value abs(Value input) {
    return call("abs", input);
  }

  /** {@code exp(x)} divided by its sum along the axis; negative axes count from the end. */
  public static Value softmax(Value input, int axis) {
    return call("softmax", List.of(input), Map.of("dim", axis));
  }

  /** Tensors joined along an axis that they have; the other axes agree. */
  public static Value cat(List<Value> parts, int axis) {
    return call("cat", parts, axis);
  }

  /** Tensors of one shape joined along a new axis. */
  public static Value stack(List<Value> parts, int axis) {
    return call("stack", parts, axis);
  }

  /** A tuple of at most {@code chunks} parts along the axis, all but the last of one size. */
  public static Value chunk(Value input, int chunks, int axis) {
    return call("chunk", input, chunks, axis);
  }

  /** A tuple of parts of the given size along the axis; the last may be smaller. */
  public static Value split(Value input, int size, int axis) {
    return call("split", List.of(input, size), Map.of("dim", axis));
  }

  /** The axes from {@code startDim} to the last made one. */
  public static Value flatten(Value input, int startDim) {
    return call("flatten", input, startDim);
  }

  /**
   * The elements in order under another shape; one size may be −1 and follows from the others, and
   * sizes may be values.
   */
  public static Value reshape(Value input, Object... sizes) {
    return call("reshape", input, Tuple.of(sizes));
  }

  /** Axis i of the result is axis {@code axes[i]} of the input. */
  public static Value permute(Value input, int... axes) {
    return call(
        "permute", input, new Tuple(Arrays.stream(axes).<Object>mapToObj(a -> (long) a).toList()));
  }

  /** Two axes exchanged. */
  public static Value transpose(Value input, int axis0, int axis1) {
    return call("transpose", input, axis0, axis1);
  }

  /** Without the axis if its size is 1, else as it is. */
  public static Value squeeze(Value input, int axis) {
    return call("squeeze", input, axis);
  }

  /** With a new axis of size 1 at a position from −rank − 1 to rank. */
  public static Value unsqueeze(Value input, int axis) {
    return call("unsqueeze", input, axis);
  }

  /** Values limited to {@code min … max}; NaN stays. */
  public static Value clamp(Value input, double min, double max) {
    return call("clamp", input, min, max);
  }

  /** Means over the axes, which go away. */
  public static Value mean(Value input, int... axes) {
    return call(
        "mean", input, new Tuple(Arrays.stream(axes).<Object>mapToObj(a -> (long) a).toList()));
  }

  /** Ones of the input's type and shape. */
  public static Value onesLike(Value input) {
    return call("ones_like", input);
  }

  /** Zeros of the input's type and shape. */
  public static Value zerosLike(Value input) {
    return call("zeros_like", input);
  }
}
