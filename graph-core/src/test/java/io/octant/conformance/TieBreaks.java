package io.octant.conformance;

import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the roundings of ties that make a network that rounds its values give a recorded output.
 *
 * <p>A mean over fake-quantized values lands on ties exactly, and the last bit of a float sum,
 * whose order is PyTorch's own, decides which way they go. An output that differs is accepted only
 * if rounding some values within 1e-4 of a tie the other way reproduces it to the full tolerance.
 */
final class TieBreaks {
  private static final double NEAR = 1e-4;

  /** A value that one node rounds: the node's name and the index. */
  private record Tie(String node, int index) {}

  private TieBreaks() {}

  /**
   * Runs a graph, ties rounded so that the result agrees with the expected one if that is possible;
   * the graph's observers see that run only.
   *
   * @return the result that agrees, or that of the plain run
   */
  static Object run(GraphModule model, List<Object> inputs, Object expected, Tolerance tolerance) {
    Run plain = new Run(model.copyGraphModule(), Set.of());
    Object result = plain.run(inputs, Map.of());
    Set<Tie> flipped = new LinkedHashSet<>();
    double distance = Tolerance.distance(expected, result);
    for (boolean closer = true; closer && !tolerance.accepts(expected, result); ) {
      closer = false;
      for (Tie tie : plain.ties) {
        if (!flipped.remove(tie)) {
          flipped.add(tie);
        }
        Object other = new Run(model.copyGraphModule(), flipped).run(inputs, Map.of());
        if (Tolerance.distance(expected, other) < distance) {
          distance = Tolerance.distance(expected, other);
          result = other;
          closer = true;
        } else if (!flipped.remove(tie)) {
          flipped.add(tie);
        }
      }
    }
    Set<Tie> chosen = tolerance.accepts(expected, result) ? flipped : Set.of();
    return new Run(model, chosen).run(inputs, Map.of());
  }

  private static final class Run extends Interpreter {
    private final Map<String, List<Integer>> flipped = new LinkedHashMap<>();
    private final List<Tie> ties = new ArrayList<>();

    Run(GraphModule module, Set<Tie> flipped) {
      super(module);
      flipped.forEach(
          t -> this.flipped.computeIfAbsent(t.node(), n -> new ArrayList<>()).add(t.index()));
    }

    @Override
    protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
      if (!args.isEmpty() && args.get(0) instanceof Tensor x && x.dtype() == DType.FLOAT32) {
        double step = step(node, args);
        if (step > 0) {
          List<Object> nudged = new ArrayList<>(args);
          nudged.set(0, nudge(node, x, step));
          return super.runNode(node, nudged, kwargs);
        }
      }
      return super.runNode(node, args, kwargs);
    }

    /** The step that a node rounds its input to, 0 if it does not or has one for each channel. */
    private double step(Node node, List<Object> args) {
      if (node.operation() instanceof Operation.CallModule
          && module.moduleOf(node) instanceof FakeQuantizeModule fakeQuantize) {
        if (fakeQuantize.channelAxis() >= 0) {
          return 0;
        }
        Module probe = fakeQuantize.copy();
        probe.evaluate(List.of(args.get(0)), Map.of());
        return probe.tensor("scale").doubleAt(0);
      }
      boolean quantizes =
          node.target().equals("torch.quantize_per_tensor")
              || node.target().startsWith("torch.ops.quantized_decomposed.quantize_per_tensor.");
      if (!quantizes) {
        return 0;
      }
      return args.get(1) instanceof Tensor scale
          ? scale.item()
          : ((Number) args.get(1)).doubleValue();
    }

    /** Moves flipped values just across their tie, and notes every value near one. */
    private Tensor nudge(Node node, Tensor x, double step) {
      float[] values = x.floats().clone();
      for (int i = 0; i < values.length; i++) {
        double steps = values[i] / step;
        double tie = Math.floor(steps) + 0.5;
        if (Math.abs(steps - tie) < NEAR) {
          ties.add(new Tie(node.name(), i));
          if (flipped.getOrDefault(node.name(), List.of()).contains(i)) {
            boolean wentUp = Math.rint(steps) > tie;
            values[i] = (float) ((tie + (wentUp ? -NEAR : NEAR)) * step);
          }
        }
      }
      return Tensor.of(DType.FLOAT32, x.shape(), values);
    }
  }
}
