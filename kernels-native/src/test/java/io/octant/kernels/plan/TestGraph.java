package io.octant.kernels.plan;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Builds graphs of float inputs for tests, with seeded random parameters. */
final class TestGraph {
  private final SplittableRandom random;
  private final Graph graph = new Graph();
  private final GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
  private final List<TensorSpec> inputs = new ArrayList<>();

  TestGraph() {
    String given = System.getProperty("octant.seed", "");
    long seed = given.isEmpty() ? 17 : Long.parseLong(given);
    System.out.println("seed " + seed + "; rerun with -Doctant.seed=" + seed);
    random = new SplittableRandom(seed);
  }

  /** A graph whose random values come from a source that the caller has told of. */
  TestGraph(SplittableRandom random) {
    this.random = random;
  }

  Node input(int... dims) {
    String name = "x" + inputs.size();
    inputs.add(new TensorSpec(name, DType.FLOAT32, Shape.of(dims)));
    return graph.placeholder(name);
  }

  /** Random values in (−2, 2). */
  Tensor values(int... dims) {
    float[] out = new float[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return Tensor.of(out, dims);
  }

  /** A module whose float parameters and running statistics are replaced by random ones. */
  Node module(String name, Module module, Object... args) {
    randomize(module);
    model.setChild(name, module);
    return graph.callModule(name, args);
  }

  private void randomize(Module module) {
    for (String p : List.copyOf(module.parameters().keySet())) {
      Tensor t = module.tensor(p);
      if (t.dtype() == DType.FLOAT32) {
        module.setParameter(p, values(t.shape().toArray()));
      }
    }
    if (module.findTensor("running_var") != null) {
      int channels = module.tensor("running_var").numel();
      module.setBuffer("running_mean", values(channels));
      float[] variances = values(channels).floats().clone();
      for (int i = 0; i < channels; i++) {
        variances[i] = 0.1f + Math.abs(variances[i]);
      }
      module.setBuffer("running_var", Tensor.of(variances, channels));
    }
    module.children().values().forEach(this::randomize);
  }

  Node parameter(String name, int... dims) {
    model.setParameter(name, values(dims));
    return graph.getAttr(name);
  }

  Node buffer(String name, Tensor value) {
    model.setBuffer(name, value);
    return graph.getAttr(name);
  }

  Node function(String name, Object... args) {
    return graph.callFunction(FunctionType.of(name), args);
  }

  Node method(String name, Object... args) {
    return graph.callMethod(name, args);
  }

  /** Takes back a node that nobody reads. */
  void erase(Node node) {
    graph.erase(node);
  }

  /** The value of a node from those of its arguments, on the reference operators. */
  Object evaluate(Node node, Map<Node, Object> values) {
    if (node.operation() instanceof Operation.GetAttr a) {
      return model.attribute(a.target());
    }
    List<Object> args = node.args().stream().map(a -> Arguments.map(a, values::get)).toList();
    return node.operation() instanceof Operation.CallModule
        ? model.moduleOf(node).evaluate(args, Map.of())
        : node.operation() instanceof Operation.CallFunction f
            ? model.operators().callFunction(f.function(), args, Map.of())
            : model.operators().callMethod(node.target(), args, Map.of());
  }

  TestGraph output(Object value) {
    graph.output(value);
    return this;
  }

  GraphModule model() {
    return model.lint();
  }

  List<TensorSpec> inputs() {
    return inputs;
  }

  /** One random tensor an input. */
  List<Tensor> sample() {
    return inputs.stream().map(s -> values(s.shape().toArray())).toList();
  }
}
