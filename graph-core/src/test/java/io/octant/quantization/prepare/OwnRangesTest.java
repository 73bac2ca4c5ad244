package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.RangeMethod;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnRangesTest {
  private static final QConfigMapping PYTORCH =
      DefaultQConfigMappings.ptq(QuantizedEngine.of("x86"));

  /** linear → an operator with a number → output. */
  private static GraphModule prepared(String function, Object argument, QConfigMapping mapping) {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild("linear", new Linear(4, 4));
    Node linear = graph.callModule("linear", graph.placeholder("x"));
    graph.output(graph.callFunction(FunctionType.of(function), linear, argument));
    return QuantizeFx.prepare(model, mapping);
  }

  private static QConfigMapping onGrid() {
    return PYTORCH.map(
        q ->
            q.activation().type().endsWith(".HistogramObserver")
                ? q.withActivation(
                    GridHistogramObserver.inPlaceOf(q.activation(), new RangeMethod.Mse()))
                : q);
  }

  /** Observers of the operator's input and output. */
  private static boolean sharesObserver(GraphModule prepared) {
    Node output = (Node) prepared.graph().outputNode().arg(0);
    Node operator = (Node) output.arg(0);
    Node input = (Node) operator.arg(0);
    return prepared.moduleOf(output) == prepared.moduleOf(input);
  }

  @ParameterizedTest
  @CsvSource("torch.mean")
  void anAverageHasItsOwnGridObserver(String function) {
    assertThat(sharesObserver(prepared(function, 1L, onGrid()))).isFalse();
    assertThat(sharesObserver(prepared(function, 1L, PYTORCH))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"operator.mul", "torch.add"})
  void arithmeticWithANumberStaysInFloat(String function) {
    GraphModule octant = prepared(function, 0.125, onGrid());
    assertThat(octant.graph().outputNode().arg(0))
        .isSameAs(octant.graph().nodes(n -> n.calls(FunctionType.of(function))).get(0));
    assertThat(sharesObserver(prepared(function, 0.125, PYTORCH))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"torch.flatten", "torch.unsqueeze"})
  void anOperatorThatMovesValuesSharesItsObserver(String function) {
    assertThat(sharesObserver(prepared(function, 1L, onGrid()))).isTrue();
  }
}
