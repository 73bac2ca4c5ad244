package io.octant.onnx.operator;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.TargetType;
import io.octant.shape.ShapeInterpreter;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what an import computes: a file of a few bytes may ask for tensors of any size. Every
 * evaluation is estimated before it runs, by the elements that it reads and makes, times the size
 * of a window or a row of a matrix; most shapes are known by rule and cost nothing.
 */
final class EvaluationBudget {
  /** What any model may take: about a second. */
  private static final long ANY = 1L << 25;

  /** What it may take for each element of its weights and of its inputs. */
  private static final long A_WEIGHT = 32;

  private static final long AN_INPUT = 64;

  /** What no model may take. */
  private static final long MOST = 1L << 33;

  private static final long BYTES_AN_ELEMENT = 16;

  /** Elements that are filled with one value in the time in which one is computed. */
  private static final long FILLED = 8;

  private final long limit;
  private long used;

  /**
   * @param weights elements of the model's constants
   * @param inputs elements of its inputs
   */
  EvaluationBudget(long weights, long inputs) {
    limit = Math.min(ANY + weights * A_WEIGHT + inputs * AN_INPUT, MOST);
  }

  /**
   * Takes what an evaluation needs.
   *
   * @param type of the function or method, null for a module
   * @param shape of the result, null if no rule tells it
   * @throws OctantException if that is more than is left, or more than the memory
   */
  void take(
      @Nullable TargetType type,
      List<Object> args,
      Map<String, Object> kwargs,
      @Nullable Shape shape,
      long window) {
    boolean picks = !args.isEmpty() && args.get(0) instanceof io.octant.graph.Tuple;
    if (picks) {
      return; // an item of a list
    }
    long in = elements(args) + elements(kwargs.values());
    long out = shape != null ? shape.numel() : ShapeInterpreter.elements(type, args, kwargs, in);
    long memory = Runtime.getRuntime().maxMemory() / BYTES_AN_ELEMENT;
    boolean fills = type != null && type.name().equals("torch.full");
    long cost = in + (fills ? out / FILLED : saturated(out, window));
    if (out > memory || in + out > memory || cost > limit - used) {
      throw new OctantException(
          "needs "
              + Math.max(cost, out)
              + " elements to be computed at import, expected at most "
              + Math.min(memory, limit - used)
              + " more");
    }
    used += cost;
  }

  private static long saturated(long a, long b) {
    return a > MOST || b > MOST ? MOST + 1 : a * Math.max(1, b);
  }

  private static long elements(Collection<?> values) {
    long n = 0;
    for (Object value : values) {
      for (Tensor t : Arguments.all(value, Tensor.class)) {
        n += t.numel();
      }
    }
    return n;
  }
}
