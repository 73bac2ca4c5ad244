package io.octant.nn.qat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.ModuleType;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which quantization-aware form a float module gets, and what that form carries along. */
class QatFormsTest {
  private static final ObserverSpec FAKE_QUANTIZE =
      ObserverSpec.of(ObserverSpec.TORCH + "FakeQuantize");
  private static final QConfig QCONFIG = new QConfig(FAKE_QUANTIZE, FAKE_QUANTIZE);
  private static final ModuleType LINEAR = new ModuleType("torch.ao.nn.qat.Linear");

  private static Linear linear() {
    return new Linear(Tensor.of(new float[] {1, -2, 3, 4}, 2, 2), Tensor.of(new float[] {5, 6}, 2));
  }

  @Test
  void theNamedFormIsMadeAndNoOther() {
    assertThat(QatModule.of(LINEAR, linear(), QCONFIG).type()).isEqualTo(LINEAR);
    assertThatThrownBy(() -> QatModule.of(LINEAR, new Conv2d(1, 1, 1), QCONFIG))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot make a quantization-aware module of torch.nn.Conv2d: torch.ao.nn.qat.Linear,"
                + " expected torch.ao.nn.qat.Conv2d");
    ModuleType dynamic = new ModuleType("torch.ao.nn.qat.dynamic.Linear");
    assertThatThrownBy(() -> QatModule.of(dynamic, new Conv2d(1, 1, 1), QCONFIG))
        .hasMessageContaining("expected torch.ao.nn.qat.Conv2d");
  }

  @Test
  void theDynamicLinearNeedsAnObserverThatForgets() {
    ModuleType dynamic = new ModuleType("torch.ao.nn.qat.dynamic.Linear");
    ObserverSpec average = ObserverSpec.of(ObserverSpec.TORCH + "MovingAverageMinMaxObserver");
    QConfig forgets =
        new QConfig(
            FAKE_QUANTIZE.with("observer", average.with("averaging_constant", 1)), FAKE_QUANTIZE);
    QConfig remembers =
        new QConfig(
            FAKE_QUANTIZE.with("observer", average.with("averaging_constant", 0.5)), FAKE_QUANTIZE);

    assertThat(QatModule.of(dynamic, linear(), forgets).type()).isEqualTo(dynamic);
    assertThatThrownBy(() -> QatModule.of(dynamic, linear(), remembers))
        .hasMessageContaining("expected a moving average with averaging constant 1");
  }

  @Test
  void settingsAreThoseOfTheFloatModule() {
    QatModule plain = QatModule.of(linear(), FAKE_QUANTIZE.create());
    QatModule normed =
        QatModule.of(
            new FusedModule(FusedKind.LINEAR_BN_1D, List.of(linear(), new BatchNorm1d(2))),
            FAKE_QUANTIZE.create());

    assertThat(plain.hyperparameters()).isEqualTo(linear().hyperparameters()).isNotEmpty();
    assertThat(normed.hyperparameters())
        .containsAllEntriesOf(linear().hyperparameters())
        .containsEntry("freeze_bn", false);
    assertThat(((QatBatchNorm) normed).isBatchNormFrozen()).isFalse();
    ((QatBatchNorm) normed).freezeBatchNorm();
    assertThat(normed.hyperparameters()).containsEntry("freeze_bn", true);
    assertThat(normed.module("bn").isTraining()).isFalse();
  }

  @Test
  void aCopyTrainsOnItsOwn() {
    QatModule module = QatModule.of(linear(), FAKE_QUANTIZE.create());
    QatModule copy = (QatModule) module.copy();
    Tensor x = Tensor.of(new float[] {1, 1}, 1, 2);
    Object before = module.evaluate(List.of(x), Map.of());

    copy.setParameter("weight", Tensor.of(new float[] {0, 0, 0, 0}, 2, 2));

    assertThat(((Tensor) copy.evaluate(List.of(x), Map.of())).floats()).containsExactly(5, 6);
    assertThat(module.evaluate(List.of(x), Map.of())).isEqualTo(before);
    assertThat(copy.toFloat().tensor("weight").floats()).containsExactly(0, 0, 0, 0);
    assertThat(module.toFloat().tensor("weight").floats()).containsExactly(1, -2, 3, 4);
  }
}
