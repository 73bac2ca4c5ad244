package io.octant.onnx.operator;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.shape.ShapeInterpreter;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Methods that read no element. */
  private static final Set<String> PARAMETERS = Set.of("q_scale", "q_zero_point");

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
   * @param model holds the module that the operation calls, if it is one
   * @param shape of the result, null if no rule tells it
   * @throws OctantException if that is more than is left, or more than the memory
   */
  void take(
      Operation operation,
      GraphModule model,
      List<Object> args,
      Map<String, Object> kwargs,
      @Nullable Shape shape) {
    boolean picks = !args.isEmpty() && args.get(0) instanceof Tuple; // an item of a list
    if (picks || PARAMETERS.contains(operation.target())) {
      return;
    }
    TargetType type = type(operation);
    long in = elements(args) + elements(kwargs.values());
    long out = shape != null ? shape.numel() : ShapeInterpreter.elements(type, args, kwargs, in);
    long memory = Runtime.getRuntime().maxMemory() / BYTES_AN_ELEMENT;
    boolean fills = type != null && type.name().equals("torch.full");
    long cost = in + (fills ? out / FILLED : saturated(out, window(operation, model, args)));
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

  /** What a function or method is; null for a module. */
  private static @Nullable TargetType type(Operation operation) {
    return operation instanceof Operation.CallFunction f
        ? f.function()
        : operation instanceof Operation.CallMethod m ? new MethodType(m.target()) : null;
  }

  /** Elements that a matrix product, convolution or pool reads for one element that it makes. */
  private static long window(Operation operation, GraphModule model, List<Object> args) {
    if (operation instanceof Operation.CallModule m) {
      Tensor weight = model.module(m.target()).findTensor("weight");
      return weight == null || weight.shape().rank() < 2
          ? 1
          : weight.numel() / Math.max(1, weight.shape().dim(0));
    }
    if (operation.target().endsWith("matmul")
        && args.get(0) instanceof Tensor a
        && a.shape().rank() > 0) {
      return a.shape().dim(-1);
    }
    if (operation.target().contains("conv") && args.size() > 1 && args.get(1) instanceof Tensor w) {
      return w.numel() / Math.max(1, w.shape().rank() == 0 ? 1 : w.shape().dim(0));
    }
    Object kernel = operation.target().contains("pool") && args.size() > 1 ? args.get(1) : 1L;
    long window = 1;
    for (Long size : Arguments.all(kernel, Long.class)) {
      window = Math.min(window * Math.max(1, size), Integer.MAX_VALUE);
    }
    return window;
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
