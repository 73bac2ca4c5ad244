package io.octant.quantization.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Custom modules are found by the type that they make, through the providers on the class path. */
class CustomModulesTest {
  private static final ModuleType OBSERVED = new ModuleType("user.CustomObserved");
  private static final ModuleType QUANTIZED = new ModuleType("user.CustomQuantized");
  private static final CustomModuleContext CONTEXT = CustomModuleContext.of(QConfigs.DEFAULT);

  private static GraphModule custom() {
    GraphModels g = new GraphModels();
    Node linear = g.call("linear", new Linear(2, 2), g.input("x"));
    return g.returning(linear);
  }

  @Test
  void anObservedModuleIsMadeOfAFloatOne() {
    GraphModule source = custom();
    Module observed = CustomModules.observed(OBSERVED, source, CONTEXT);
    assertThat(observed.type()).isEqualTo(OBSERVED);
    assertThat(source.type()).isNotEqualTo(OBSERVED);
  }

  @Test
  void aQuantizedModuleIsMadeOfAnObservedOneAndItsOutput() {
    ActivationPostProcess output = QConfigs.DEFAULT.activation().create();
    output.observe(Tensor.of(new float[] {-1, 1}, 2));
    Module quantized =
        CustomModules.quantized(
            QUANTIZED,
            CustomModules.observed(OBSERVED, custom(), CONTEXT),
            new CustomModuleContext(
                QConfigs.DEFAULT_PER_CHANNEL, QuantizedEngine.FBGEMM, Optional.of(output)));
    assertThat(quantized.type()).isEqualTo(QUANTIZED);
    assertThat(quantized.module("linear")).isInstanceOf(QuantizedLinear.class);
  }

  @Test
  void observedModulesAreMadeForTheDefaultEngineWithoutAnOutput() {
    assertThat(CustomModuleContext.of(QConfigs.DEFAULT))
        .isEqualTo(
            new CustomModuleContext(QConfigs.DEFAULT, QuantizedEngine.X86, Optional.empty()));
  }

  @Test
  void anUnknownTypeNamesTheKnownOnes() {
    assertThatThrownBy(() -> CustomModules.observed(QUANTIZED, new Linear(1, 1), CONTEXT))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "Cannot make custom module: user.CustomQuantized of torch.nn.Linear, expected one of [")
        .hasMessageContaining("user.CustomObserved")
        .hasMessageNotContaining("user.CustomQuantized]");
    assertThatThrownBy(() -> CustomModules.quantized(OBSERVED, new Linear(1, 1), CONTEXT))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("user.CustomQuantized]");
  }
}
