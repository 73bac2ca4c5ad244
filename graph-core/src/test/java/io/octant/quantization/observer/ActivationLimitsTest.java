package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.ValueRange;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.activation.Hardtanh;
import io.octant.nn.activation.ReLU6;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActivationLimitsTest {
  private final Graph graph = new Graph();
  private final GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
  private final GridHistogramObserver shared =
      (GridHistogramObserver)
          ObserverSpec.of(GridHistogramObserver.TYPE).with("method", "minmax").create();
  private Node before;
  private Node relu6;

  /** x → observer → relu6 → the same observer. */
  @BeforeEach
  void clampBetweenTwoPlacesOfOneObserver() {
    model.setChild("relu6", new ReLU6());
    before = observed(graph.placeholder("x"), "before", shared);
    relu6 = graph.callModule("relu6", before);
  }

  private Node observed(Node value, String name, Module observer) {
    model.setChild(name, observer);
    return graph.callModule(name, value);
  }

  @Test
  void valuesBeforeAClampDoNotStretchTheRange() {
    Node after = observed(relu6, "after", shared);
    Node flat = graph.callFunction(FunctionType.of("torch.flatten"), after, 1L);
    graph.output(observed(flat, "flat", shared));
    ActivationLimits.apply(model);
    assertThat(shared.limit()).contains(new ValueRange(0, 6));
    shared.observe(Tensor.of(new float[] {-20, 3, 14}, 3));
    assertThat(shared.calculateQParams().scale(0)).isEqualTo(6f / 255);
    assertThat(shared.calculateQParams().zeroPoint(0)).isZero();
  }

  @Test
  void aSecondUseOfTheUnclampedValueKeepsItsRange() {
    Node after = observed(relu6, "after", shared);
    graph.output(graph.callFunction(FunctionType.of("operator.add"), before, after));
    ActivationLimits.apply(model);
    assertThat(shared.limit()).isEmpty();
  }

  @Test
  void anotherValueOfTheSameObserverKeepsItsRange() {
    Node other = observed(graph.placeholder("y"), "other", shared);
    Node after = observed(relu6, "after", shared);
    graph.output(graph.callFunction(FunctionType.of("operator.add"), other, after));
    ActivationLimits.apply(model);
    assertThat(shared.limit()).isEmpty();
  }

  /** The limit of an observer before and behind a clamp written as a function. */
  private Optional<ValueRange> limitOf(String function, List<Object> more, Map<String, ?> kwargs) {
    Graph other = new Graph();
    GraphModule clamped = new GraphModule(other, ReferenceOperators.standard());
    GridHistogramObserver observer =
        (GridHistogramObserver) ObserverSpec.of(GridHistogramObserver.TYPE).create();
    clamped.setChild("a", observer);
    clamped.setChild("b", observer);
    Node first = other.callModule("a", other.placeholder("x"));
    List<Object> args = new ArrayList<>(List.of(first));
    args.addAll(more);
    Node clamp = other.callFunction(FunctionType.of(function), args, kwargs);
    other.output(other.callModule("b", clamp));
    ActivationLimits.apply(clamped);
    return observer.limit();
  }

  @Test
  void clampsThatAreFunctions() {
    String hardtanh = "torch.nn.functional.hardtanh";
    float max = Float.MAX_VALUE;
    assertThat(limitOf("torch.nn.functional.relu", List.of(), Map.of()))
        .contains(new ValueRange(0, max));
    assertThat(limitOf("torch.nn.functional.relu6", List.of(), Map.of()))
        .contains(new ValueRange(0, 6));
    assertThat(limitOf(hardtanh, List.of(), Map.of())).contains(new ValueRange(-1, 1));
    assertThat(limitOf(hardtanh, List.of(-2.0, 3.0), Map.of())).contains(new ValueRange(-2, 3));
    assertThat(limitOf(hardtanh, List.of(-2.0), Map.of("max_val", 4.0)))
        .contains(new ValueRange(-2, 4));
    assertThat(limitOf("torch.clamp", List.of(), Map.of("min", -3.0)))
        .contains(new ValueRange(-3, max));
    assertThat(limitOf("torch.clamp", List.of(), Map.of("max", 5L)))
        .contains(new ValueRange(-max, 5));
    assertThat(limitOf("torch.clamp", List.of(2.0, 2.0), Map.of())).contains(new ValueRange(2, 2));
    assertThat(limitOf("torch.clamp", List.of(3.0, 2.0), Map.of())).isEmpty();
    assertThat(limitOf("torch.neg", List.of(), Map.of())).isEmpty();
  }

  @Test
  void clampsThatAreModules() {
    model.setChild("relu6", new Hardtanh(-0.5, 2.5));
    graph.output(observed(relu6, "after", shared));
    ActivationLimits.apply(model);
    assertThat(shared.limit()).contains(new ValueRange(-0.5f, 2.5f));
  }
}
