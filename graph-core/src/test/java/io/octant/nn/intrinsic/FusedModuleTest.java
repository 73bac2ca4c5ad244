package io.octant.nn.intrinsic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.ModuleType;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.Tanh;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.linear.Linear;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FusedModuleTest {
  private static final Tensor ROW = Tensor.of(new float[] {1, -2}, 1, 2);

  private static Linear linear() {
    return new Linear(Tensor.of(new float[] {1, 1, 2, 0}, 2, 2), null);
  }

  @Test
  void callsItsPartsInOrder() {
    FusedModule module = new FusedModule(FusedKind.LINEAR_RELU, List.of(linear(), new ReLU()));

    assertThat(module.type().name()).isEqualTo("torch.ao.nn.intrinsic.LinearReLU");
    assertThat(module.children().keySet()).containsExactly("0", "1");
    assertThat(module.evaluate(List.of(ROW), Map.of()))
        .isEqualTo(Tensor.of(new float[] {0, 2}, 1, 2));
  }

  @Test
  void addsItsSecondInputBeforeTheActivation() {
    Conv2d conv = new Conv2d(1, 1, 1);
    conv.setParameter("weight", Tensor.of(new float[] {2}, 1, 1, 1, 1));
    conv.setParameter("bias", Tensor.of(new float[] {1}, 1));
    FusedModule module = new FusedModule(FusedKind.CONV_ADD_RELU_2D, List.of(conv, new ReLU()));
    Tensor x = Tensor.of(new float[] {1, 2}, 1, 1, 1, 2);
    Tensor addend = Tensor.of(new float[] {-4, 1}, 1, 1, 1, 2);

    assertThat(module.children().keySet()).containsExactly("0", "relu");
    assertThat(module.evaluate(List.of(x, addend), Map.of()))
        .isEqualTo(Tensor.of(new float[] {0, 6}, 1, 1, 1, 2));
  }

  @Test
  void refusesAWrongNumberOfPartsOrInputs() {
    assertThatThrownBy(() -> new FusedModule(FusedKind.LINEAR_TANH, List.of(linear())))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("torch.ao.nn.intrinsic.LinearTanh")
        .hasMessageEndingWith("expected [torch.nn.Linear, torch.nn.Tanh]");
    FusedModule module = new FusedModule(FusedKind.LINEAR_TANH, List.of(linear(), new Tanh()));
    assertThatThrownBy(() -> module.evaluate(List.of(ROW, ROW), Map.of()))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot call torch.ao.nn.intrinsic.LinearTanh on 2 inputs, expected 1");
  }

  @ParameterizedTest
  @EnumSource
  void kindsAreFoundByTheirType(FusedKind kind) {
    assertThat(FusedKind.of(kind.type())).isEqualTo(kind);
  }

  @Test
  void otherTypesAreNoKind() {
    assertThat(FusedKind.find(new ModuleType("torch.nn.Linear"))).isEmpty();
    assertThatThrownBy(() -> FusedKind.of(new ModuleType("torch.nn.Linear")))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("torch.nn.Linear");
  }
}
