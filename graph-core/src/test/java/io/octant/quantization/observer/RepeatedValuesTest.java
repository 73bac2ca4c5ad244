package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.activation.ReLU6;
import io.octant.reference.ReferenceOperators;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatedValuesTest {
  private final Graph graph = new Graph();
  private final GraphModule model = new GraphModule(graph, ReferenceOperators.standard());

  private static GridHistogramObserver grid() {
    return (GridHistogramObserver) ObserverSpec.of(GridHistogramObserver.TYPE).create();
  }

  private Node observed(Node value, String name, Module observer) {
    model.setChild(name, observer);
    return graph.callModule(name, value);
  }

  private Node function(String name, Object... args) {
    return graph.callFunction(FunctionType.of(name), args);
  }

  @Test
  void aClampedValueIsCountedBehindTheClamp() {
    GridHistogramObserver shared = grid();
    model.setChild("relu6", new ReLU6());
    Node before = observed(graph.placeholder("x"), "before", shared);
    Node after = observed(graph.callModule("relu6", before), "after", shared);
    Node pooled = observed(function("torch.mean", after, 1L), "pooled", shared);
    graph.output(pooled);
    assertThat(RepeatedValues.at(model, before)).as("without a limit").isFalse();

    ActivationLimits.apply(model);
    assertThat(RepeatedValues.at(model, before)).isTrue();
    assertThat(RepeatedValues.at(model, after)).isFalse();
    assertThat(RepeatedValues.at(model, pooled)).isFalse();
  }

  @Test
  void movedValuesAreCountedBefore() {
    GridHistogramObserver shared = grid();
    Node x = observed(graph.placeholder("x"), "x_seen", shared);
    Node y = observed(graph.placeholder("y"), "y_seen", shared);
    Node flat = observed(function("torch.flatten", x, 1L), "flat", shared);
    Node joined = observed(function("torch.cat", List.of(x, y), 1L), "joined", shared);
    Node part = observed(function("torch.narrow", x, 1L, 0L, 1L), "part", shared);
    graph.output(function("operator.add", function("operator.add", flat, joined), part));

    assertThat(RepeatedValues.at(model, x)).isFalse();
    assertThat(RepeatedValues.at(model, flat)).isTrue();
    assertThat(RepeatedValues.at(model, joined)).isTrue();
    assertThat(RepeatedValues.at(model, part)).isFalse();
  }

  @Test
  void aPartOfWhatIsJoinedMayBeNew() {
    GridHistogramObserver shared = grid();
    Node x = observed(graph.placeholder("x"), "x_seen", shared);
    Node joined =
        observed(function("torch.cat", List.of(x, graph.placeholder("y")), 1L), "joined", shared);
    Node flat = observed(function("torch.flatten", x, 1L), "other", grid());
    graph.output(function("operator.add", joined, flat));
    assertThat(RepeatedValues.at(model, joined)).isFalse();
    assertThat(RepeatedValues.at(model, flat)).isFalse();
  }

  @Test
  void pytorchsObserversSeeEverything() {
    ActivationPostProcess shared =
        ObserverSpec.of("torch.ao.quantization.HistogramObserver").create();
    Node x = observed(graph.placeholder("x"), "x_seen", shared);
    Node flat = observed(function("torch.flatten", x, 1L), "flat", shared);
    graph.output(flat);
    assertThat(RepeatedValues.at(model, flat)).isFalse();
  }
}
