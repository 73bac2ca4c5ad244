package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.jobs.config.Backend;
import io.octant.jobs.config.Method;
import io.octant.jobs.config.QConfigOverride;
import io.octant.jobs.config.QConfigOverride.Selector;
import io.octant.jobs.config.QuantizationConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationChoiceTest {

  @ParameterizedTest
  @EnumSource(Backend.class)
  void observesEveryBackendIndependentlyOfOrder(Backend backend) {
    QuantizationChoice choice =
        QuantizationChoice.of(new QuantizationConfig(backend, Method.L2, 99.99, 8, 8, List.of()));

    assertThat(BackendConfigs.names()).contains(choice.backend());
    assertThat(activation(choice.mapping()).type()).isEqualTo(GridHistogramObserver.TYPE);
    assertThat(activation(choice.mapping()).create()).isInstanceOf(GridHistogramObserver.class);
    assertThat(choice.mapping().toJson()).doesNotContain(".HistogramObserver\"");
  }

  @ParameterizedTest
  @CsvSource({"L2,l2", "MSE,mse", "MINMAX,minmax", "PERCENTILE,percentile:99.5", "ENTROPY,entropy"})
  void handsTheMethodToTheObserver(Method method, String keyword) {
    QConfigMapping mapping =
        QuantizationChoice.of(new QuantizationConfig(Backend.X86, method, 99.5, 8, 8, List.of()))
            .mapping();

    assertThat(activation(mapping).kwargs()).containsEntry("method", keyword);
  }

  @ParameterizedTest
  @CsvSource({"X86,7,true", "X86,8,false", "FBGEMM,7,true", "QNNPACK,7,false"})
  void reducesTheRangeOnlyWhereAskedAndWherePyTorchDoes(
      Backend backend, int bits, boolean reduces) {
    QConfigMapping mapping =
        QuantizationChoice.of(new QuantizationConfig(backend, Method.L2, 99.99, bits, 8, List.of()))
            .mapping();

    assertThat(activation(mapping).kwargs().getOrDefault("reduce_range", false)).isEqualTo(reduces);
  }

  @Test
  void overridesReachTheMapping() {
    QConfigMapping mapping =
        mapping(
            new QConfigOverride(Selector.NAME, "layer1.0.conv1", Optional.empty()),
            new QConfigOverride(Selector.REGEX, "blocks\\..*", Optional.of("qnnpack")),
            new QConfigOverride(Selector.TYPE, "Linear", Optional.empty()),
            new QConfigOverride(Selector.TYPE, "torch.nn.Conv2d", Optional.of("default_qconfig")),
            new QConfigOverride(Selector.TYPE, "add", Optional.empty()));

    assertThat(mapping.moduleNames()).containsEntry("layer1.0.conv1", Optional.empty());
    assertThat(mapping.moduleNameRegexes().get("blocks\\..*").orElseThrow().weight())
        .isEqualTo(QConfigs.DEFAULT.weight().with("eps", 0x1p-110));
    assertThat(mapping.objectTypes())
        .containsEntry(new ModuleType("torch.nn.Linear"), Optional.empty())
        .containsEntry(new ModuleType("torch.nn.Conv2d"), Optional.of(QConfigs.DEFAULT))
        .containsEntry(new MethodType("add"), Optional.empty())
        .containsEntry(FunctionType.of("operator.add"), Optional.empty())
        .containsEntry(FunctionType.of("torch.add"), Optional.empty());
  }

  @Test
  void anUnknownQConfigIsRefused() {
    assertThatThrownBy(
            () -> mapping(new QConfigOverride(Selector.NAME, "conv1", Optional.of("int4"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot use qconfig in quantization.overrides: int4, expected null")
        .hasMessageContaining("x86");
  }

  private static QConfigMapping mapping(QConfigOverride... overrides) {
    return QuantizationChoice.of(
            new QuantizationConfig(Backend.X86, Method.L2, 99.99, 8, 8, List.of(overrides)))
        .mapping();
  }

  private static ObserverSpec activation(QConfigMapping mapping) {
    return mapping.global().orElseThrow().activation();
  }
}
