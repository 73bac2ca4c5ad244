package io.octant.quantization.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.ModuleType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendConfigTest {
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");

  private static BackendPatternConfig linear(DType activation) {
    return BackendPatternConfig.builder(LINEAR)
        .dtypeConfig(DTypeConfig.ofWeighted(activation, DType.QINT8))
        .rootModule(LINEAR)
        .referenceQuantizedModule(new ModuleType("torch.ao.nn.quantized.reference.Linear"))
        .qatModule(new ModuleType("torch.ao.nn.qat.Linear"))
        .inputIndex("weight", 1)
        .observationType(1, ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "native, 194, 25",
    "fbgemm, 192, 25",
    "x86, 192, 25",
    "onednn, 221, 46",
    "qnnpack, 190, 25",
    "tensorrt, 149, 21",
    "executorch, 84, 5",
    "native_and_fp16, 194, 25"
  })
  void presetsHaveThePatternsOfPyTorch(String name, int patterns, int fusions) {
    BackendConfig preset = BackendConfigs.of(name);
    assertThat(preset.configs()).hasSize(patterns);
    assertThat(preset.configs().stream().filter(c -> c.fuserMethod().isPresent()).count())
        .isEqualTo(fusions);
  }

  @Test
  void aPatternIsReplacedWhereItStands() {
    BackendPatternConfig relu =
        BackendPatternConfig.builder(new ModuleType("torch.nn.ReLU")).build();
    BackendConfig config =
        BackendConfig.named("mine").with(linear(DType.QUINT8)).with(relu).with(linear(DType.QINT8));
    assertThat(config.configs()).containsExactly(linear(DType.QINT8), relu);
    assertThat(config.qatModules()).containsOnlyKeys(LINEAR);
    assertThat(config.referenceModules()).containsOnlyKeys(LINEAR);
    assertThat(config.dtypeConfigs(LINEAR)).hasSize(1);
  }

  @Test
  void largerPatternsComeFirstOtherwiseInOrder() {
    List<BackendPatternConfig> sorted = BackendConfigs.nativeBackend().bySize();
    for (int i = 1; i < sorted.size(); i++) {
      assertThat(sorted.get(i).pattern().size())
          .isLessThanOrEqualTo(sorted.get(i - 1).pattern().size());
    }
  }

  @Test
  void mapsAndBack() {
    BackendConfig config = BackendConfig.named("mine").with(linear(DType.QUINT8));
    assertThat(BackendConfig.fromMap(config.toMap())).isEqualTo(config);
    DTypeWithConstraints constrained =
        DTypeWithConstraints.of(DType.QINT8)
            .withRange(-127, 127)
            .withSmallestScale(0x1p-12)
            .withExactQParams(0.5, 3);
    assertThat(DTypeWithConstraints.fromMap(constrained.toMap())).isEqualTo(constrained);
  }

  @Test
  void malformedMapsAreRefused() {
    assertThatThrownBy(() -> BackendConfig.fromMap(Map.of("name", "b", "configs", List.of(1))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("backend pattern config")
        .hasMessageContaining("expected a map");
    assertThatThrownBy(
            () ->
                BackendPatternConfig.fromMap(
                    Map.of("pattern", Map.of("class", "a"), "dtype_configs", List.of(1))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("dtype config");
    assertThatThrownBy(() -> BackendPatternConfig.fromMap(Map.of("dtype_configs", List.of())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("either pattern or pattern_complex_format");
    assertThatThrownBy(
            () ->
                BackendPatternConfig.fromMap(
                    Map.of("pattern", Map.of("class", "a"), "root_modul", "b")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("expected 'root_module'");
  }

  @Test
  void exactParametersComeTogether() {
    assertThatThrownBy(
            () ->
                DTypeConfig.fromMap(
                    Map.of(
                        "input_dtype",
                        Map.of("dtype", Map.of("dtype", "torch.quint8"), "scale_exact_match", 1))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zero_point_exact_match");
  }
}
