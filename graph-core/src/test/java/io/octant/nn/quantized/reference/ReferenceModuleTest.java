package io.octant.nn.quantized.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.activation.GELU;
import io.octant.nn.linear.Linear;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A reference module computes with quantized weights and keeps the float ones. */
class ReferenceModuleTest {
  private static final WeightQParams HALVES =
      WeightQParams.of(DType.QINT8, QParams.perTensor(0.5, 0));

  private static Linear linear() {
    return new Linear(Tensor.of(new float[] {1.2f, -0.7f}, 1, 2), Tensor.of(new float[] {10}, 1));
  }

  private static ReferenceModule module(ReferenceModule.Form form) {
    return ReferenceModule.of(linear(), HALVES, form);
  }

  @Test
  void computesWithWeightsOnTheirGrid() {
    ReferenceModule module = module(ReferenceModule.Form.QUANTIZED_TENSORS);
    Tensor x = Tensor.of(new float[] {1, 1}, 1, 2);

    assertThat(((Tensor) module.evaluate(List.of(x), Map.of())).floats())
        .containsExactly(10 + 1.0f - 0.5f);
    assertThat(module.quantizedWeight("weight").ints()).containsExactly(2, -1);
    assertThat(module.dequantizedModule().tensor("weight").floats()).containsExactly(1, -0.5f);
    assertThat(module.floatModule().tensor("weight").floats()).containsExactly(1.2f, -0.7f);
    assertThat(module.tensor("weight").floats()).containsExactly(1.2f, -0.7f);
  }

  @Test
  void carriesSettingsAndParametersUnderPyTorchsNames() {
    ReferenceModule module = module(ReferenceModule.Form.DECOMPOSED);

    assertThat(module.form()).isEqualTo(ReferenceModule.Form.DECOMPOSED);
    assertThat(module.type().name()).isEqualTo("torch.ao.nn.quantized.reference.Linear");
    assertThat(module.floatType().name()).isEqualTo("torch.nn.Linear");
    assertThat(module.hyperparameters())
        .containsAllEntriesOf(linear().hyperparameters())
        .containsEntry("is_decomposed", true)
        .containsEntry("weight_qscheme", QScheme.PER_TENSOR_AFFINE)
        .containsEntry("weight_dtype", DType.QINT8)
        .containsEntry("weight_axis_int", 0L);
    assertThat(module(ReferenceModule.Form.QUANTIZED_TENSORS).hyperparameters())
        .containsEntry("is_decomposed", false);
    assertThat(module.tensor("weight_scale").item()).isEqualTo(0.5);
    assertThat(module.tensor("weight_zero_point").item()).isZero();
    assertThat(module.tensor("weight_axis").dtype()).isEqualTo(DType.INT32);
  }

  @Test
  void aCopyHasParametersOfItsOwn() {
    ReferenceModule module = module(ReferenceModule.Form.QUANTIZED_TENSORS);
    Module copy = module.copy();
    copy.setParameter("bias", Tensor.of(new float[] {0}, 1));
    Tensor x = Tensor.of(new float[] {1, 1}, 1, 2);

    assertThat(((Tensor) copy.evaluate(List.of(x), Map.of())).floats()).containsExactly(0.5f);
    assertThat(((Tensor) module.evaluate(List.of(x), Map.of())).floats()).containsExactly(10.5f);
  }

  @Test
  void refusesWhatHasNoReferenceForm() {
    assertThat(ReferenceModule.isSupported(linear().type())).isTrue();
    assertThat(ReferenceModule.isSupported(new GELU().type())).isFalse();
    assertThatThrownBy(
            () -> ReferenceModule.of(new GELU(), HALVES, ReferenceModule.Form.QUANTIZED_TENSORS))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot quantize the weights of module: torch.nn.GELU, expected");
    assertThatThrownBy(
            () -> module(ReferenceModule.Form.QUANTIZED_TENSORS).weightQParams("weight_ih"))
        .hasMessage(
            "Cannot find quantized weight: weight_ih of torch.ao.nn.quantized.reference.Linear,"
                + " expected [weight]");
  }
}
