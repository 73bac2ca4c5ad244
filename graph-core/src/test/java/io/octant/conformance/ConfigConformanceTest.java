package io.octant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantizationEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Presets against recorded tables of PyTorch: backends, default mappings, named qconfigs. */
class ConfigConformanceTest {
  private static final Path SUITE =
      Path.of(System.getProperty("octant.golden", "src/test/resources/golden"));

  private static JsonNode document(String name) {
    return GoldenCase.load(SUITE, "config/" + name + ".json").document();
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "x86", "qnnpack", "onednn", "tensorrt"})
  void backend(String name) {
    JsonNode expected = document("backend_" + name);
    BackendConfig recorded =
        BackendConfig.named(expected.get("backend_name").asText()).with(patterns(expected));

    BackendConfig preset = BackendConfigs.of(name);

    assertThat(preset.configs()).containsExactlyElementsOf(recorded.configs());
    assertThat(preset).isEqualTo(recorded);
    assertThat(BackendConfig.fromMap(preset.toMap())).isEqualTo(preset);
  }

  private static List<BackendPatternConfig> patterns(JsonNode expected) {
    List<BackendPatternConfig> out = new ArrayList<>();
    for (JsonNode config : expected.get("configs")) {
      var inlined = GoldenConfigs.map(config);
      JsonNode set = expected.get("dtype_config_sets").get(config.get("dtype_configs").asInt());
      List<Object> dtypes = new ArrayList<>();
      set.forEach(d -> dtypes.add(GoldenConfigs.map(d)));
      inlined.put("dtype_configs", dtypes);
      out.add(BackendPatternConfig.fromMap(inlined));
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "qconfig_mapping_x86, x86, -1",
    "qconfig_mapping_fbgemm, fbgemm, -1",
    "qconfig_mapping_qnnpack, qnnpack, -1",
    "qconfig_mapping_symmetric_qnnpack, , -1",
    "qat_qconfig_mapping_x86, x86, 1",
    "qat_qconfig_mapping_fbgemm, fbgemm, 1",
    "qat_qconfig_mapping_fbgemm_v0, fbgemm, 0",
    "qat_qconfig_mapping_onednn, onednn, 1"
  })
  void defaultMapping(String name, String engine, int qatVersion) {
    JsonNode expected = document(name);
    QConfigMapping recorded = new GoldenConfigs(expected).mapping(expected.get("qconfig_mapping"));

    QConfigMapping preset =
        engine == null
            ? DefaultQConfigMappings.symmetricQnnpack()
            : qatVersion < 0
                ? DefaultQConfigMappings.ptq(QuantizationEngine.of(engine))
                : DefaultQConfigMappings.qat(QuantizationEngine.of(engine), qatVersion);

    assertThat(preset.toMap()).isEqualTo(recorded.toMap());
    assertThat(preset.objectTypes().keySet())
        .containsExactlyElementsOf(recorded.objectTypes().keySet());
    assertThat(QConfigMapping.fromJson(preset.toJson())).isEqualTo(preset);
  }

  @Test
  void namedQConfigs() {
    JsonNode expected = document("named_qconfigs").get("qconfigs");
    Set<String> names = new LinkedHashSet<>();
    expected.fieldNames().forEachRemaining(names::add);

    assertThat(QConfigs.byName().keySet()).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(QConfigs.byName().get(name).toMap())
          .as(name)
          .isEqualTo(new GoldenConfigs(document("named_qconfigs")).qconfig(name).toMap());
    }
  }
}
