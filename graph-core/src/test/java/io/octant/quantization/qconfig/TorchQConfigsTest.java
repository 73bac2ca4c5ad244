package io.octant.quantization.qconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.quantization.mapform.Json;
import io.octant.reference.quantized.QuantizedEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every named qconfig and default mapping against PyTorch's, keyword for keyword and in order. */
class TorchQConfigsTest {
  private static final Map<String, Object> RECORDED = recorded();

  private static Map<String, Object> recorded() {
    try (InputStream in = TorchQConfigsTest.class.getResourceAsStream("/torch/qconfigs.json")) {
      return Json.parse(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<?, ?> part(String name) {
    return (Map<?, ?>) RECORDED.get(name);
  }

  /** As JSON has it, so that integers of different Java types are equal. */
  private static Map<String, Object> json(Map<String, ?> map) {
    return Json.parse(Json.print(map));
  }

  private static void assertSame(QConfig actual, Object expected) {
    assertThat(json(actual.toMap())).isEqualTo(expected);
    assertThat(QConfig.fromMap(expected)).isEqualTo(actual);
  }

  private static void assertSame(QConfigMapping actual, Object expected) {
    Map<String, Object> form = json(actual.toMap());
    assertThat(form).isEqualTo(expected);
    assertThat(List.copyOf(form.keySet())).isEqualTo(List.copyOf(((Map<?, ?>) expected).keySet()));
    assertThat(QConfigMapping.fromMap((Map<?, ?>) expected)).isEqualTo(actual);
  }

  @Test
  void presetsAreNamedAsInTorch() {
    Map<String, QConfig> presets = new LinkedHashMap<>(QConfigs.byName());
    part("named").forEach((name, q) -> assertSame(presets.remove((String) name), q));
    assertThat(presets).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void defaultsOfEveryEngine(QuantizedEngine engine) {
    String key = engine.toString();
    assertThat(QuantizedEngine.of(key)).isEqualTo(engine);
    assertSame(QConfigs.ptq(engine), part("ptq").get(key));
    assertSame(QConfigs.ptq(engine, 0), part("ptq").get(key));
    assertSame(QConfigs.qat(engine), part("qat").get(key + 1));
    assertSame(QConfigs.qat(engine, 0), part("qat").get(key + 0));
    assertSame(QConfigs.qat(engine, 1), part("qat").get(key + 1));
    assertSame(DefaultQConfigMappings.ptq(engine), part("ptq_mapping").get(key));
    assertSame(DefaultQConfigMappings.qat(engine), part("qat_mapping").get(key + 1));
    assertSame(DefaultQConfigMappings.qat(engine, 0), part("qat_mapping").get(key + 0));
    assertSame(DefaultQConfigMappings.qat(engine, 1), part("qat_mapping").get(key + 1));
  }

  @Test
  void symmetricMappingsOfXnnpack() {
    assertSame(DefaultQConfigMappings.symmetricQnnpack(), part("symmetric").get("ptq"));
    assertSame(DefaultQConfigMappings.symmetricQnnpackQat(), part("symmetric").get("qat"));
  }
}
