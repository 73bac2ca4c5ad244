package io.octant.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.graph.Arguments;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * Compares gradients with central differences, all in double. A graph's outputs are weighted at
 * random and added up, so that each output element counts on its own.
 */
final class Derivatives {
  private static final double STEP = 1e-5;

  private Derivatives() {}

  /** Values without ties, away from 0, ±0.5, 1, 2 and 3, where functions have kinks. */
  static Tensor values(long seed, int... dims) {
    Random random = new Random(seed);
    Shape shape = Shape.of(dims);
    double[] out = new double[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      double v = random.nextDouble() * 4 - 2;
      out[i] = Math.abs(v * 2 - Math.rint(v * 2)) < 0.02 ? v + 0.05 : v;
    }
    return Tensor.of(DType.FLOAT64, shape, out);
  }

  /** The same, all above 0. */
  static Tensor positive(long seed, int... dims) {
    Tensor t = values(seed, dims);
    double[] out = t.doubles().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = 0.2 + Math.abs(out[i]);
    }
    return Tensor.of(DType.FLOAT64, t.shape(), out);
  }

  /** A graph of inputs. */
  static GraphModule graph(int inputs, BiFunction<Graph, List<Node>, Object> build) {
    Graph graph = new Graph();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      nodes.add(graph.placeholder("x" + i));
    }
    graph.output(build.apply(graph, nodes));
    return new GraphModule(graph, ReferenceOperators.standard());
  }

  /** A graph that calls a module on its inputs. */
  static GraphModule calling(Module module, int inputs) {
    Graph graph = new Graph();
    List<Object> nodes = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      nodes.add(graph.placeholder("x" + i));
    }
    graph.output(graph.callModule("m", nodes, Map.of()));
    GraphModule out = new GraphModule(graph, ReferenceOperators.standard());
    out.setChild("m", module);
    return out;
  }

  /** Compares the gradients of all inputs of floats, and of all parameters, made double. */
  static void check(GraphModule model, Tensor... inputs) {
    model.forEachModule(
        (path, m) -> List.copyOf(m.parameters().keySet()).forEach(p -> widen(m, p)));
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].dtype().isFloatingPoint()) {
        wanted.add("x" + i);
      }
    }
    Differentiated d = Differentiated.of(model, wanted);
    Differentiated.Run run = d.run(List.of((Object[]) inputs));
    List<Tensor> outputs = Arguments.all(run.output(), Tensor.class);
    List<Tensor> weights = new ArrayList<>();
    for (Tensor output : outputs) {
      if (output.dtype().isFloatingPoint()) {
        weights.add(values(99 + weights.size(), output.shape().toArray()));
      }
    }
    Map<String, Tensor> gradients = run.gradients(weights.toArray(Tensor[]::new));
    for (String name : wanted) {
      int index = Integer.parseInt(name.substring(1));
      for (int i = 0; i < inputs[index].numel(); i++) {
        Tensor[] up = inputs.clone();
        Tensor[] down = inputs.clone();
        up[index] = moved(inputs[index], i, STEP);
        down[index] = moved(inputs[index], i, -STEP);
        compare(name, i, sum(model, up, weights), sum(model, down, weights), gradients);
      }
    }
    for (String name : d.parameters()) {
      Module owner =
          model.module(name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "");
      String key = name.substring(name.lastIndexOf('.') + 1);
      Tensor value = owner.tensor(key);
      for (int i = 0; i < value.numel(); i++) {
        owner.setParameter(key, moved(value, i, STEP));
        double up = sum(model, inputs, weights);
        owner.setParameter(key, moved(value, i, -STEP));
        double down = sum(model, inputs, weights);
        owner.setParameter(key, value);
        compare(name, i, up, down, gradients);
      }
    }
  }

  private static void widen(Module m, String name) {
    Tensor t = m.tensor(name);
    double[] out = new double[t.numel()];
    Random random = new Random(name.hashCode());
    for (int i = 0; i < out.length; i++) {
      out[i] = t.doubleAt(i) + 0.3 * random.nextDouble();
    }
    m.setParameter(name, Tensor.of(DType.FLOAT64, t.shape(), out));
  }

  private static void compare(
      String name, int i, double up, double down, Map<String, Tensor> gradients) {
    double numeric = (up - down) / (2 * STEP);
    Tensor gradient = gradients.get(name); // missing where no output depends on it
    assertThat(gradient == null ? 0 : gradient.doubleAt(i))
        .as("%s[%d]", name, i)
        .isCloseTo(numeric, within(1e-7 * Math.max(1, Math.abs(numeric))));
  }

  private static double sum(GraphModule model, Tensor[] inputs, List<Tensor> weights) {
    Object output = model.run((Object[]) inputs);
    double sum = 0;
    int at = 0;
    for (Tensor t : Arguments.all(output, Tensor.class)) {
      if (t.dtype().isFloatingPoint()) {
        for (int i = 0; i < t.numel(); i++) {
          sum += t.doubleAt(i) * weights.get(at).doubleAt(i);
        }
        at++;
      }
    }
    return sum;
  }

  private static Tensor moved(Tensor t, int i, double by) {
    double[] out = t.doubles().clone();
    out[i] += by;
    return Tensor.of(DType.FLOAT64, t.shape(), out);
  }
}
