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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

  /** Decides which way values near a tie are rounded. */
  @FunctionalInterface
  private interface Direction {
    /** Whether a value goes up, empty if it is left as it is; {@code tie} counts in steps. */
    Optional<Boolean> up(Tie value, double tie, double step);
  }

  private TieBreaks() {}

  /**
   * Runs a graph, ties rounded as somebody else did who rounded the same values.
   *
   * @param rounded what came of the nodes that round, dequantized, by node name; a node that is
   *     left out rounds as it does
   */
  static Object follow(GraphModule model, List<Object> inputs, Map<String, Tensor> rounded) {
    Direction same =
        (value, tie, step) ->
            Optional.ofNullable(rounded.get(value.node()))
                .map(theirs -> theirs.doubleAt(value.index()) / step > tie);
    return new Run(model.copyGraphModule(), same).run(inputs, Map.of());
  }

  /**
   * Runs a graph, ties rounded so that the result agrees with the expected one if that is possible;
   * the graph's observers see that run only.
   *
   * @return the result that agrees, or that of the plain run
   */
  static Object run(GraphModule model, List<Object> inputs, Object expected, Tolerance tolerance) {
    return choose(model, inputs, expected, tolerance).apply(model).run(inputs, Map.of());
  }

  /**
   * Finds how ties are rounded so that the result agrees with the expected one; the graph's
   * observers see nothing.
   *
   * @return runs any graph with nodes of these names; plainly if nothing makes the result agree
   */
  static Function<GraphModule, Interpreter> choose(
      GraphModule model, List<Object> inputs, Object expected, Tolerance tolerance) {
    Map<Tie, Boolean> chosen = new LinkedHashMap<>();
    Run plain = new Run(model.copyGraphModule(), only(chosen));
    Object result = plain.run(inputs, Map.of());
    double distance = Tolerance.distance(expected, result);
    for (boolean closer = true; closer && !tolerance.accepts(expected, result); ) {
      closer = false;
      for (Tie tie : plain.ties) {
        for (boolean up : new boolean[] {true, false}) {
          Map<Tie, Boolean> trial = new LinkedHashMap<>(chosen);
          trial.put(tie, up);
          Object other = new Run(model.copyGraphModule(), only(trial)).run(inputs, Map.of());
          if (Tolerance.distance(expected, other) < distance) {
            distance = Tolerance.distance(expected, other);
            result = other;
            chosen = trial;
            closer = true;
          }
        }
      }
    }
    Map<Tie, Boolean> kept = tolerance.accepts(expected, result) ? chosen : Map.of();
    return other -> new Run(other, only(kept));
  }

  private static Direction only(Map<Tie, Boolean> chosen) {
    return (value, tie, step) -> Optional.ofNullable(chosen.get(value));
  }

  private static final class Run extends Interpreter {
    private final Direction direction;
    private final List<Tie> ties = new ArrayList<>();

    Run(GraphModule module, Direction direction) {
      super(module);
      this.direction = direction;
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

    /** Moves values to the chosen side of their tie, and notes every value near one. */
    private Tensor nudge(Node node, Tensor x, double step) {
      float[] values = x.floats().clone();
      for (int i = 0; i < values.length; i++) {
        double steps = values[i] / step;
        double tie = Math.floor(steps) + 0.5;
        if (Math.abs(steps - tie) < NEAR) {
          Tie value = new Tie(node.name(), i);
          ties.add(value);
          Optional<Boolean> up = direction.up(value, tie, step);
          if (up.isPresent()) {
            values[i] = (float) ((tie + (up.get() ? NEAR : -NEAR)) * step);
          }
        }
      }
      return Tensor.of(DType.FLOAT32, x.shape(), values);
    }
  }
}
