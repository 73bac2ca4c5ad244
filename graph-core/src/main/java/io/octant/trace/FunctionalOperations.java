package io.octant.trace;

import io.octant.nn.quantized.FloatFunctional;
import java.util.ArrayList;
import java.util.List;

/** The operations of a {@link FloatFunctional} on values; made by {@link TraceableModule}. */
public final class FunctionalOperations {
  private final FloatFunctional functional;

  FunctionalOperations(FloatFunctional functional) {
    this.functional = functional;
  }

  /** {@code a + b}. */
  public Value add(Value a, Value b) {
    return a.isTraced() || b.isTraced()
        ? Torch.add(a, b)
        : eager(a, functional.add(a.tensor(), b.tensor()));
  }

  /** {@code max(a + b, 0)}. */
  public Value addRelu(Value a, Value b) {
    return a.isTraced() || b.isTraced()
        ? Functional.relu(Torch.add(a, b))
        : eager(a, functional.addRelu(a.tensor(), b.tensor()));
  }

  /** {@code a + number}. */
  public Value addScalar(Value a, double number) {
    return a.isTraced() ? Torch.add(a, number) : eager(a, functional.addScalar(a.tensor(), number));
  }

  /** {@code a · b}. */
  public Value mul(Value a, Value b) {
    return a.isTraced() || b.isTraced()
        ? Torch.mul(a, b)
        : eager(a, functional.multiply(a.tensor(), b.tensor()));
  }

  /** {@code a · number}. */
  public Value mulScalar(Value a, double number) {
    return a.isTraced()
        ? Torch.mul(a, number)
        : eager(a, functional.multiplyScalar(a.tensor(), number));
  }

  /** Matrix product. */
  public Value matmul(Value a, Value b) {
    return a.isTraced() || b.isTraced()
        ? Torch.matmul(a, b)
        : eager(a, functional.matmul(a.tensor(), b.tensor()));
  }

  /** Concatenation along an axis. */
  public Value cat(List<Value> parts, int axis) {
    if (parts.stream().anyMatch(Value::isTraced)) {
      return Torch.cat(parts, axis);
    }
    return eager(
        parts.get(0),
        functional.cat(new ArrayList<>(parts.stream().map(Value::tensor).toList()), axis));
  }

  private static Value eager(Value like, Object content) {
    return new Value(like.execution(), content);
  }
}
