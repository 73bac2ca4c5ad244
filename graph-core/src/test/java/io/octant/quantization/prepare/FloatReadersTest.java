package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.activation.Softmax;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.LayerNorm;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A block of a transformer: linear, residual addition, layer norm, linear. */
class FloatReadersTest {
  private static final QConfigMapping OCTANT =
      DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS);

  private static GraphModule block() {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild("first", new Linear(4, 4));
    model.setChild("norm", new LayerNorm(4));
    model.setChild("second", new Linear(4, 4));
    Node x = graph.placeholder("x");
    Node first = graph.callModule("first", x);
    Node sum = graph.callFunction(FunctionType.of("operator.add"), first, x);
    graph.output(graph.callModule("second", graph.callModule("norm", sum)));
    for (String layer : List.of("first", "second")) {
      float[] weight = model.module(layer).tensor("weight").floats();
      for (int i = 0; i < weight.length; i++) {
        weight[i] = (float) Math.sin(i + layer.length());
      }
    }
    return model;
  }

  private static NodeReport line(GraphModule model, String node) {
    return model.attachment(QuantizationReport.class).orElseThrow().lines().stream()
        .filter(l -> l.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isObserved(GraphModule prepared, String node) {
    return prepared.graph().nodes(n -> n.name().equals(node)).get(0).users().stream()
        .anyMatch(n -> ObserverNodes.isObserver(prepared, n));
  }

  @Test
  void whatOnlyFloatsReadIsNotQuantized() {
    GraphModule prepared = QuantizeFx.prepare(block(), OCTANT);

    assertThat(isObserved(prepared, "x")).isTrue();
    assertThat(isObserved(prepared, "first")).isFalse();
    assertThat(isObserved(prepared, "add")).isFalse();
    assertThat(isObserved(prepared, "norm")).isTrue();
    assertThat(isObserved(prepared, "second")).as("a result of the graph").isTrue();

    assertThat(line(prepared, "add").outcome()).isEqualTo(Outcome.FLOAT);
    assertThat(line(prepared, "add").reason())
        .isEqualTo("only operators in float read it: torch.nn.LayerNorm");
    assertThat(line(prepared, "first").outcome()).isEqualTo(Outcome.QUANTIZED);
    assertThat(line(prepared, "first").reason())
        .endsWith(", gives floats, which only operator.add reads");
  }

  @Test
  void withPyTorchsObserversItIs() {
    GraphModule prepared =
        QuantizeFx.prepare(block(), DefaultQConfigMappings.ptq(QuantizedEngine.X86));

    assertThat(isObserved(prepared, "first")).isTrue();
    assertThat(isObserved(prepared, "add")).isTrue();
  }

  @Test
  void aReaderThatTakesIntegersKeepsItQuantized() {
    GraphModule model = block();
    Node first = model.graph().nodes(n -> n.name().equals("first")).get(0);
    Node output = model.graph().outputNode();
    model.setChild("third", new Linear(4, 4));
    try (var at = model.graph().insertingAfter(first)) {
      Node third = model.graph().callModule("third", first);
      output.setArgs(List.of(List.of(output.arg(0), third)));
    }

    assertThat(isObserved(QuantizeFx.prepare(model, OCTANT), "first")).isTrue();
  }

  @Test
  void theLayerMultipliesQuantizedOperandsAndGivesFloats() {
    GraphModule model = block();
    Tensor x = Tensor.of(new float[] {-1, 0.3f, 0.77f, 1, 0.1f, -0.4f, 0.6f, 0}, 2, 4);
    GraphModule prepared = QuantizeFx.prepare(model, OCTANT);
    prepared.run(x);
    GraphModule int8 = QuantizeFx.convert(prepared);

    assertThat(line(int8, "first").outcome()).isEqualTo(Outcome.QUANTIZED);
    assertThat(line(int8, "first").reason()).contains("gives floats");
    assertThat(line(int8, "second").reason()).isEqualTo("runs on quantized tensors");
    assertThat(line(int8, "add").outcome()).isEqualTo(Outcome.FLOAT);
    float[] floats = model.runTensor(x).floats();
    float[] integers = int8.runTensor(x).floats();
    double error = 0;
    for (int i = 0; i < floats.length; i++) {
      error = Math.max(error, Math.abs(floats[i] - integers[i]));
    }
    assertThat(error).isBetween(1e-6, 0.05);
  }

  /** Linear, an operator without a quantized form, a move, linear. */
  @Test
  void aMoveBehindAFloatOperatorHasTheRangeOfWhatItMoves() {
    GraphModule model = block();
    Graph graph = model.graph();
    Node second = graph.nodes(n -> n.name().equals("second")).get(0);
    Node first = graph.nodes(n -> n.name().equals("first")).get(0);
    try (var at = graph.insertingBefore(second)) {
      Node wide = graph.callMethod("expand", first, -1, -1);
      second.setArgs(List.of(graph.callMethod("reshape", wide, 2, 4)));
    }
    GraphModule prepared = QuantizeFx.prepare(model, OCTANT);

    assertThat(isObserved(prepared, "expand")).isTrue();
    Module of = observer(prepared, "expand");
    assertThat(observer(prepared, "reshape")).isSameAs(of);
    assertThat(observer(prepared, "x")).as("of another range").isNotSameAs(of);
  }

  @Test
  void aSoftmaxOfMaskedScoresStaysInFloat() {
    for (boolean masked : new boolean[] {false, true}) {
      GraphModule model = block();
      Graph graph = model.graph();
      model.setChild("softmax", new Softmax(-1));
      Node second = graph.nodes(n -> n.name().equals("second")).get(0);
      try (var at = graph.insertingBefore(second)) {
        Node scores = (Node) second.arg(0);
        Node mask = graph.callFunction(FunctionType.of("operator.sub"), scores, scores);
        Node moved =
            graph.callFunction(
                FunctionType.of("torch.unsqueeze"),
                List.of(),
                Map.of("input", masked ? mask : scores, "dim", 0L));
        second.setArgs(List.of(graph.callModule("softmax", moved)));
      }
      NodeReport line = line(QuantizeFx.prepare(model, OCTANT), "softmax");
      assertThat(line.outcome()).isEqualTo(masked ? Outcome.FLOAT : Outcome.QUANTIZED);
      assertThat(line.reason().contains("masked scores")).isEqualTo(masked);
    }
  }

  @Test
  void aProductWithAReciprocalStaysInFloat() {
    for (String of :
        List.of("torch.rsqrt", "truediv", "pow", "named", "weighted", "moved", "torch.abs")) {
      GraphModule model = block();
      model.setParameter("w", Tensor.of(new float[] {1, 2, 3, 4}, 4));
      Graph graph = model.graph();
      Node second = graph.nodes(n -> n.name().equals("second")).get(0);
      try (var at = graph.insertingBefore(second)) {
        Node x = (Node) second.arg(0);
        Node by =
            switch (of) {
              case "truediv" -> graph.callFunction(FunctionType.of("operator.truediv"), 1.0, x);
              case "pow" -> graph.callFunction(FunctionType.of("torch.pow"), x, -0.5);
              case "named" ->
                  graph.callFunction(
                      FunctionType.of("torch.pow"), List.of(x), Map.of("exponent", -0.5));
              case "weighted" ->
                  graph.callFunction(
                      FunctionType.of("operator.mul"),
                      graph.getAttr("w"),
                      graph.callFunction(FunctionType.of("torch.reciprocal"), x));
              case "moved" ->
                  graph.callMethod(
                      "reshape", graph.callFunction(FunctionType.of("torch.rsqrt"), x), 2, 4);
              default -> graph.callFunction(FunctionType.of(of), x);
            };
        second.setArgs(List.of(graph.callFunction(FunctionType.of("torch.mul"), x, by)));
      }
      QConfigMapping pytorch = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
      boolean isOne = !of.equals("torch.abs");
      String product = of.equals("weighted") ? "mul_1" : "mul";
      NodeReport line = line(QuantizeFx.prepare(model, OCTANT), product);
      assertThat(line.outcome()).as(of).isEqualTo(isOne ? Outcome.FLOAT : Outcome.QUANTIZED);
      assertThat(line.reason().contains("reciprocal")).as(of).isEqualTo(isOne);
      assertThat(line(QuantizeFx.prepare(model, pytorch), product).outcome())
          .as("PyTorch's observers, %s", of)
          .isEqualTo(Outcome.QUANTIZED);
    }
  }

  private static Module observer(GraphModule prepared, String node) {
    return prepared.graph().nodes(n -> n.name().equals(node)).get(0).users().stream()
        .filter(n -> ObserverNodes.isObserver(prepared, n))
        .map(prepared::moduleOf)
        .findFirst()
        .orElseThrow();
  }
}
