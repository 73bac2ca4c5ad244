package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.ValueRange;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.ReLU6;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
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
}
