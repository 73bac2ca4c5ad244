package io.octant.jobs.bench;

import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.shape.ShapeInterpreter;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A compiled plan, step by step in the order of execution: kernel with its implementation, shape of
 * what comes out, 10⁶ multiply-adds and bytes of one run, nodes. A mark stands before steps on the
 * reference operators or on a plain loop of oneDNN; nodes for which nothing runs are counted only.
 */
final class PlanTable {
  private PlanTable() {}

  static List<String> lines(GraphModule graph, List<Tensor> inputs, Session session) {
    Map<String, Shape> shapes = new HashMap<>();
    Map<Node, TensorSpec> specs = ShapeInterpreter.specs(graph, inputs.toArray());
    specs.forEach((node, spec) -> shapes.put(node.name(), spec.shape()));
    List<String> out = new ArrayList<>();
    out.add(String.format("  %10s %12s  %-20s %s", "10^6 MACs", "bytes", "shape", "step"));
    int folded = 0;
    for (PlanStep step : session.plan()) {
      if (step.kernel() == PlanStep.Kernel.FOLDED) {
        folded++;
      } else {
        out.add(line(step, shapes));
      }
    }
    Session.MemoryUse memory = session.memory();
    out.add(
        String.format(
            Locale.ROOT,
            "%d steps, %d nodes for which nothing runs; %,d bytes of weights, %,d of a thread",
            out.size() - 1,
            folded,
            memory.sharedBytes(),
            memory.contextBytes()));
    return out;
  }

  private static String line(PlanStep step, Map<String, Shape> shapes) {
    List<String> nodes = step.nodes();
    Shape shape = nodes.isEmpty() ? null : shapes.get(nodes.get(nodes.size() - 1));
    long multiplyAdds = step.work().multiplyAdds();
    return String.format(
        Locale.ROOT,
        "%s %10s %,12d  %-20s %s",
        step.isSlow() ? "!" : " ",
        multiplyAdds == 0 ? "" : String.format(Locale.ROOT, "%,.2f", multiplyAdds / 1e6),
        step.work().bytes(),
        shape == null ? "" : shape,
        Profile.named(step));
  }
}
