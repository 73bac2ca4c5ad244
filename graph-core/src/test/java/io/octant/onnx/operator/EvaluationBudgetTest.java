package io.octant.onnx.operator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Operation;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationBudgetTest {
  /**
   * More elements than a model without weights may have computed, fewer than it may have filled.
   */
  private static final Shape LARGE = Shape.of(6000, 6000);

  private static void take(String function) {
    new EvaluationBudget(0, 0)
        .take(
            new Operation.CallFunction(FunctionType.of(function)),
            new GraphModule(new Graph(), ReferenceOperators.standard()),
            List.of(Tensor.scalar(1f)),
            Map.of(),
            LARGE);
  }

  @Test
  void weightsThatAreOneValueTakeLittle() {
    assertThatCode(() -> take("torch.full")).doesNotThrowAnyException();
    assertThatThrownBy(() -> take("torch.exp"))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("needs 36000001 elements to be computed at import");
  }

  @Test
  void parametersOfATensorTakeNothing() {
    Tensor tensor = Tensor.zeros(DType.QUINT8, LARGE, QParams.perTensor(1, 0));
    EvaluationBudget budget = new EvaluationBudget(0, 0);
    GraphModule model = new GraphModule(new Graph(), ReferenceOperators.standard());
    assertThatCode(
            () -> {
              for (String method : List.of("q_scale", "q_zero_point")) {
                budget.take(
                    new Operation.CallMethod(method),
                    model,
                    List.of(tensor),
                    Map.of(),
                    Shape.SCALAR);
              }
            })
        .doesNotThrowAnyException();
  }
}
