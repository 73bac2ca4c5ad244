package io.octant.quantization;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.Operation;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Builds small graphs for tests, one call after another, and random tensors from a fixed seed. */
public final class GraphModels {
  private final Graph graph = new Graph();
  private final GraphModule model = new GraphModule(graph, ReferenceOperators.standard());

  public Node input(String name) {
    return graph.placeholder(name);
  }

  /** Calls a child, which is registered unless it is there already. */
  public Node call(String name, Module module, Object... args) {
    if (model.findModule(name) == null) {
      model.setModule(name, module);
    }
    Node node = graph.callModule(name, args);
    node.setScope(new NodeScope(name, module.type(), ""));
    return node;
  }

  public Node function(String name, Object... args) {
    return graph.callFunction(FunctionType.of(name), args);
  }

  public Node function(String name, List<?> args, Map<String, ?> kwargs) {
    return graph.callFunction(FunctionType.of(name), args, kwargs);
  }

  public Node method(String name, Object... args) {
    return graph.callMethod(name, args);
  }

  public Node parameter(String name, Tensor value) {
    model.setParameter(name, value);
    return graph.getAttr(name);
  }

  public GraphModule returning(Object output) {
    graph.output(output);
    return model.lint();
  }

  /** Normally distributed values. */
  public static Tensor random(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Shape.of(dims).numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(DType.FLOAT32, Shape.of(dims), values);
  }

  /** Largest difference of two tensors, of their dequantized values. */
  public static double difference(Tensor a, Tensor b) {
    double out = 0;
    for (int i = 0; i < a.numel(); i++) {
      out = Math.max(out, Math.abs(a.doubleAt(i) - b.doubleAt(i)));
    }
    return out;
  }

  /** Targets of the nodes that compute, in order. */
  public static List<String> targets(GraphModule model) {
    return model.graph().nodes().stream()
        .filter(
            n ->
                !n.isPlaceholder()
                    && !n.isOutput()
                    && !(n.operation() instanceof Operation.GetAttr))
        .map(Node::target)
        .toList();
  }

  public static long count(GraphModule model, String target) {
    return targets(model).stream().filter(target::equals).count();
  }
}
