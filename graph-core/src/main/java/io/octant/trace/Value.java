package io.octant.trace;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value in the forward of a {@link TraceableModule}: a tensor, a number or a structure of them,
 * concrete or traced, after {@code torch.fx.Proxy}.
 *
 * <p>Arguments of operations may be values, tensors, Java numbers and booleans, and what {@link
 * Arguments} names. {@code plus}, {@code minus}, {@code times} … are Python's operators; the others
 * are tensor methods under their PyTorch names, and {@link #method} reaches those that are not
 * listed.
 */
public final class Value {
  private final Execution execution;
  private final Object content;

  Value(Execution execution, Object content) {
    this.execution = execution;
    this.content = content;
  }

  /** A concrete value, with which operations compute at once. */
  public static Value of(Tensor tensor) {
    return new Value(EagerExecution.REFERENCE, tensor);
  }

  Execution execution() {
    return execution;
  }

  Object content() {
    return content;
  }

  /** Whether this value stands for a graph node. */
  public boolean isTraced() {
    return execution.isTracing();
  }

  // ---- structures

  /** A tuple of values, to return or to pass on. */
  public static Value tuple(Value... items) {
    return structure(Arrays.asList(items), new Tuple(contents(items)));
  }

  /** A list of values. */
  public static Value list(Value... items) {
    return structure(Arrays.asList(items), contents(items));
  }

  /** A dict of values, in the order of the map. */
  public static Value dict(Map<String, Value> items) {
    Map<String, Object> out = new LinkedHashMap<>();
    items.forEach((k, v) -> out.put(k, v.content));
    return structure(new ArrayList<>(items.values()), out);
  }

  private static List<Object> contents(Value... items) {
    return Arrays.stream(items).map(Value::content).toList();
  }

  private static Value structure(List<Value> parts, Object content) {
    if (parts.isEmpty()) {
      return new Value(EagerExecution.REFERENCE, content);
    }
    Execution shared =
        parts.stream()
            .map(Value::execution)
            .filter(Execution::isTracing)
            .findFirst()
            .orElse(parts.get(0).execution);
    return new Value(shared, content);
  }

  // ---- Python's operators

  /** {@code this + other}. */
  public Value plus(Object other) {
    return operator("add", other);
  }

  /** {@code this - other}. */
  public Value minus(Object other) {
    return operator("sub", other);
  }

  /** {@code this * other}. */
  public Value times(Object other) {
    return operator("mul", other);
  }

  /** {@code this / other}. */
  public Value dividedBy(Object other) {
    return operator("truediv", other);
  }

  /** {@code this // other}. */
  public Value floorDividedBy(Object other) {
    return operator("floordiv", other);
  }

  /** {@code this ** exponent}. */
  public Value toThePowerOf(Object exponent) {
    return operator("pow", exponent);
  }

  /** {@code this @ other}. */
  public Value matrixTimes(Object other) {
    return operator("matmul", other);
  }

  /** {@code -this}. */
  public Value negated() {
    return Recording.function(new FunctionType("operator.neg"), this);
  }

  /** {@code this[index]}; several indices make a tuple. */
  public Value get(Object... index) {
    return operator("getitem", index.length == 1 ? index[0] : Tuple.of(index));
  }

  /** The first {@code count} items of a tuple or list, as Python unpacks them. */
  public List<Value> unpack(int count) {
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(get(i));
    }
    return out;
  }

  private Value operator(String name, Object other) {
    return Recording.function(new FunctionType("operator." + name), this, other);
  }

  // ---- attributes

  /** An attribute, {@code builtins.getattr} in a graph. */
  public Value attribute(String name) {
    return Recording.function(new FunctionType("builtins.getattr"), this, name);
  }

  /** {@code tensor.shape}. */
  public Value shape() {
    return attribute("shape");
  }

  // ---- tensor methods

  /** Calls any tensor method with positional arguments. */
  public Value method(String name, Object... args) {
    return method(name, List.of(args), Map.of());
  }

  /** Calls any tensor method. */
  public Value method(String name, List<?> args, Map<String, ?> kwargs) {
    List<Object> all = new ArrayList<>();
    all.add(this);
    all.addAll(args);
    return Recording.method(name, all, kwargs);
  }

  /** {@code this + other}, elementwise with broadcasting. */
  public Value add(Object other) {
    return method("add", other);
  }

  /** {@code this − other}, elementwise with broadcasting. */
  public Value sub(Object other) {
    return method("sub", other);
  }

  /** {@code this · other}, elementwise with broadcasting. */
  public Value mul(Object other) {
    return method("mul", other);
  }

  /** {@code this / other}, elementwise with broadcasting; integers are divided as floats. */
  public Value div(Object other) {
    return method("div", other);
  }

  /**
   * The matrix product over the last two axes, the axes before them broadcast; vectors as in
   * PyTorch.
   */
  public Value matmul(Object other) {
    return method("matmul", other);
  }

  /** {@code max(0, x)}. */
  public Value relu() {
    return method("relu");
  }

  /** {@code 1 / (1 + exp(−x))}. */
  public Value sigmoid() {
    return method("sigmoid");
  }

  /** The hyperbolic tangent. */
  public Value tanh() {
    return method("tanh");
  }

  /** Values limited to {@code min … max}; NaN stays. */
  public Value clamp(double min, double max) {
    return method("clamp", min, max);
  }

  /**
   * The elements in order under another shape; one size may be −1 and follows from the others, and
   * sizes may be values.
   */
  public Value reshape(Object... sizes) {
    return method("reshape", sizes);
  }

  /** The same as {@link #reshape}, since tensors are always contiguous. */
  public Value view(Object... sizes) {
    return method("view", sizes);
  }

  /** The axes from {@code startDim} to the last made one. */
  public Value flatten(int startDim) {
    return method("flatten", startDim);
  }

  /** Axis i of the result is axis {@code axes[i]} of this tensor. */
  public Value permute(int... axes) {
    return method("permute", Arrays.stream(axes).boxed().toArray());
  }

  /** Two axes exchanged. */
  public Value transpose(int axis0, int axis1) {
    return method("transpose", axis0, axis1);
  }

  /** Without the axis if its size is 1, else as it is. */
  public Value squeeze(int axis) {
    return method("squeeze", axis);
  }

  /** With a new axis of size 1 at a position from −rank − 1 to rank. */
  public Value unsqueeze(int axis) {
    return method("unsqueeze", axis);
  }

  /** Axes of size 1 repeated to the given sizes, new ones in front; −1 leaves a size alone. */
  public Value expand(Object... sizes) {
    return method("expand", sizes);
  }

  /** The whole tensor repeated along each axis; further axes are added in front. */
  public Value repeat(int... times) {
    return method("repeat", Arrays.stream(times).boxed().toArray());
  }

  /** This tensor: tensors are always contiguous. The graph has the call. */
  public Value contiguous() {
    return method("contiguous");
  }

  /** All sizes, as a tuple of integers. */
  public Value size() {
    return method("size");
  }

  /** The size of one axis, an integer; negative axes count from the end. */
  public Value size(int axis) {
    return method("size", axis);
  }

  /** Means over the axes, which go away; over all elements without any. */
  public Value mean(int... axes) {
    return axes.length == 0 ? method("mean") : method("mean", axes(axes));
  }

  /** Sums over the axes, which go away; over all elements without any. */
  public Value sum(int... axes) {
    return axes.length == 0 ? method("sum") : method("sum", axes(axes));
  }

  /** {@code exp(x)} divided by its sum along the axis; negative axes count from the end. */
  public Value softmax(int axis) {
    return method("softmax", axis);
  }

  /** A tuple of at most {@code chunks} parts along the axis, all but the last of one size. */
  public Value chunk(int chunks, int axis) {
    return method("chunk", chunks, axis);
  }

  private static Object axes(int... axes) {
    return axes.length == 1
        ? axes[0]
        : new Tuple(Arrays.stream(axes).<Object>mapToObj(a -> (long) a).toList());
  }

  // ---- leaving the world of values

  /**
   * The concrete tensor.
   *
   * @throws TraceException if this value is traced, since no tensor is there yet
   */
  public Tensor tensor() {
    Object c = concrete("a tensor");
    if (c instanceof Tensor t) {
      return t;
    }
    throw new TraceException("Cannot read a tensor of value " + c + ", expected a tensor");
  }

  /**
   * The concrete number, for control flow.
   *
   * @throws TraceException if this value is traced: the graph would hold for one outcome only
   */
  public double number() {
    Object c = concrete("a number");
    if (c instanceof Tensor t) {
      return t.item();
    }
    if (c instanceof Number n) {
      return n.doubleValue();
    }
    throw new TraceException("Cannot read a number of value " + c + ", expected one");
  }

  /**
   * The concrete truth value, for control flow.
   *
   * @throws TraceException if this value is traced: the graph would hold for one outcome only
   */
  public boolean isTrue() {
    Object c = concrete("a truth value");
    if (c instanceof Boolean b) {
      return b;
    }
    return number() != 0;
  }

  private Object concrete(String wanted) {
    if (content instanceof Node n) {
      String source = n.scope().source();
      throw new TraceException(
          "Cannot read "
              + wanted
              + " of traced value "
              + n.name()
              + (source.isEmpty() ? "" : ", made at " + source)
              + ": symbolic tracing knows no values, expected control flow that does not depend on"
              + " inputs, or a module that is left untraced");
    }
    return content;
  }

  @Override
  public String toString() {
    return String.valueOf(content);
  }
}
