package io.octant.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.Tolerance;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.RecordedModules;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Gradients of every float module's inputs and parameters against PyTorch's, which {@code
 * torch/modules.py} records.
 */
class TorchGradientsTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("modules.json");
  private static final Tolerance TOLERANCE = new Tolerance(2e-5, 1e-6, 0);

  /** Modules without a derivative, or some of whose cases have none. */
  private static final Set<String> REFUSED =
      Set.of(
          "torch.nn.Bilinear",
          "torch.nn.CosineSimilarity",
          "torch.nn.EmbeddingBag",
          "torch.nn.FeatureAlphaDropout",
          "torch.nn.LPPool1d",
          "torch.nn.LPPool2d",
          "torch.nn.LPPool3d",
          "torch.nn.LSTM", // with a projection
          "torch.nn.LocalResponseNorm",
          "torch.nn.MultiheadAttention", // with masks, without a batch, or where the weights are
          // read
          "torch.nn.PairwiseDistance");

  private static List<JsonNode> cases() {
    return FIXTURES.cases().stream().filter(c -> c.has("gradients")).toList();
  }

  /** A call of a recorded module on inputs, one for each float tensor among its arguments. */
  private static final class Called {
    final Graph graph = new Graph();
    final List<Tensor> inputs = new ArrayList<>();
    final List<Node> outputs = new ArrayList<>();
    final List<Tensor> weights = new ArrayList<>();
    final GraphModule model;
    private int place;

    Called(JsonNode recorded) {
      Module module = RecordedModules.of(FIXTURES, recorded);
      List<Object> args = new ArrayList<>();
      FIXTURES.list(recorded.get("args")).forEach(a -> args.add(input(a)));
      Map<String, Object> kwargs = new LinkedHashMap<>();
      FIXTURES.map(recorded.path("kwargs")).forEach((k, v) -> kwargs.put(k, input(v)));
      output(graph.callModule("m", args, kwargs), FIXTURES.value(recorded.get("result")));
      graph.output(outputs.size() == 1 ? outputs.get(0) : new Tuple(List.copyOf(outputs)));
      model = new GraphModule(graph, ReferenceOperators.standard());
      model.setChild("m", module);
    }

    private Object input(Object value) {
      if (value instanceof Tensor t && t.dtype().isFloatingPoint()) {
        inputs.add(t);
        return graph.placeholder("x" + (inputs.size() - 1));
      }
      if (value instanceof Tuple t) {
        return new Tuple(t.items().stream().map(this::input).toList());
      }
      return value;
    }

    private void output(Node node, Object result) {
      if (result instanceof Tuple items) {
        for (int i = 0; i < items.size(); i++) {
          if (!Arguments.all(items.item(i), Tensor.class).isEmpty()) {
            output(
                graph.callFunction(FunctionType.of("operator.getitem"), node, (long) i),
                items.item(i));
          }
        }
      } else if (result instanceof Tensor t && t.dtype().isFloatingPoint()) {
        float[] cosines = new float[t.numel()];
        for (int i = 0; i < cosines.length; i++) {
          cosines[i] = (float) Math.cos(place++);
        }
        outputs.add(node);
        weights.add(Tensor.of(t.dtype(), t.shape(), cosines));
      }
    }

    Map<String, Tensor> gradients() {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        names.add("x" + i);
      }
      Differentiated d = Differentiated.of(model, names);
      assertThat(d.outputs()).hasSameSizeAs(weights);
      return d.run(List.copyOf(inputs)).gradients(weights.toArray(Tensor[]::new));
    }
  }

  @TestFactory
  Stream<DynamicTest> agreesWithPyTorch() {
    return cases().stream()
        .map(c -> DynamicTest.dynamicTest(c.get("type").asText(), () -> compareOrRefuse(c)));
  }

  private static void compareOrRefuse(JsonNode recorded) {
    try {
      compare(recorded);
    } catch (AutogradException | GraphException e) {
      if (!REFUSED.contains(recorded.get("type").asText())) {
        throw e;
      }
    }
  }

  private static void compare(JsonNode recorded) {
    Map<String, Tensor> gradients = new Called(recorded).gradients();
    JsonNode expected = recorded.get("gradients");
    int input = 0;
    for (JsonNode one : expected.get("inputs")) {
      String name = "x" + input++;
      if (!one.isNull()) {
        Tensor wanted = (Tensor) FIXTURES.value(one);
        TOLERANCE.compare(name, wanted, of(gradients, name, wanted));
      }
    }
    expected
        .get("parameters")
        .fields()
        .forEachRemaining(
            e -> {
              Tensor wanted = (Tensor) FIXTURES.value(e.getValue());
              String name = "m." + e.getKey();
              TOLERANCE.compare(name, wanted, of(gradients, name, wanted));
            });
  }

  /** A gradient that is missing is zero: PyTorch multiplies with a state of zeros. */
  private static Tensor of(Map<String, Tensor> gradients, String name, Tensor expected) {
    Tensor zero = Tensor.zeros(expected.dtype(), expected.shape(), null);
    return gradients.getOrDefault(name, zero);
  }

  /** The others are refused by name, none silently. */
  @Test
  void modulesWithoutADerivativeAreNamed() {
    Set<String> refused = new TreeSet<>();
    for (JsonNode c : cases()) {
      String type = c.get("type").asText();
      try {
        new Called(c).gradients();
      } catch (AutogradException | GraphException e) {
        assertThat(e).hasMessageMatching("(?s)Cannot (differentiate|run) (node|module) .*");
        refused.add(type);
      }
    }
    assertThat(refused).isEqualTo(new TreeSet<>(REFUSED));
  }
}
