package io.octant.quantization.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preset tables are those that {@code dev/backend_configs.py} writes from PyTorch 2.13. */
class BackendPresetsTest {
  private static byte[] table(String name) {
    try (InputStream in = BackendConfigs.class.getResourceAsStream(name + ".json")) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "native, 507e18fb9e716a88cedd4ec1fe9d8c78584c12f8dfb269abd0a2c9af1ad505dc",
    "x86, 22576017604d1a79d2a3d55bae2b8fe542e1013a4a30d078b55056acdcfc698f",
    "fbgemm, f17543ab000a8155925c65fc74309cedd8907230adbafd9b492dc7f9a21f0090",
    "qnnpack, 6277fa08e04f16ad6c036ed03fad07ff7eb8bce99051f1f460dfed1e36ef86be",
    "onednn, 31e631146a4ea550de3dec8fa04c52bf094a9fb4a1522d8c5ecb0e91c6b03cab",
    "tensorrt, 9ff5afe840c759ed937cce2bbcec9d8c1e715b6e2dc4eba0467756c75d331e00",
    "executorch, ff2d014aca3a71bb21ef0abbd2a03e32a03008128d51f37f61a95a5909af4f25",
    "native_and_fp16, c4aaae3a74f199309f8114f49b9f0e452d1ac74be0058160661365dc04a07550"
  })
  void tablesAreAsTheyWereWritten(String name, String digest) {
    assertThat(Digest.of(table(name)).hex()).isEqualTo(digest);
  }

  /** Reading loses nothing: every entry writes back what the table has. */
  @ParameterizedTest
  @CsvSource({
    "native, native",
    "x86, x86",
    "fbgemm, fbgemm",
    "qnnpack, qnnpack",
    "onednn, onednn",
    "tensorrt, tensorrt",
    "executorch, executorch",
    "native_and_fp16, _native_and_fp16"
  })
  void everyEntryIsReadWhole(String name, String torchName) {
    Map<String, Object> table = Json.parse(new String(table(name), StandardCharsets.UTF_8));
    List<?> rows = (List<?>) table.get("configs");
    List<?> sets = (List<?>) table.get("dtype_config_sets");
    BackendConfig preset = BackendConfigs.of(name);
    assertThat(preset.name()).isEqualTo(torchName);
    assertThat(preset.configs()).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> expected = new LinkedHashMap<>();
      ((Map<?, ?>) rows.get(i)).forEach((k, v) -> expected.put((String) k, v));
      expected.values().removeIf(Objects::isNull);
      expected.put("dtype_configs", sets.get((Integer) expected.get("dtype_configs")));
      assertThat(Json.parse(Json.print(preset.configs().get(i).toMap()))).isEqualTo(expected);
    }
    assertThat(BackendConfig.fromMap(preset.toMap())).isEqualTo(preset).hasSameHashCodeAs(preset);
    assertThat(preset)
        .hasToString("BackendConfig[" + torchName + ", " + rows.size() + " patterns]");
  }

  @Test
  void anUnknownPresetNamesTheKnownOnes() {
    assertThat(BackendConfigs.names())
        .containsExactly(
            "native",
            "x86",
            "fbgemm",
            "qnnpack",
            "onednn",
            "tensorrt",
            "executorch",
            "native_and_fp16");
    assertThat(BackendConfigs.nativeBackend()).isEqualTo(BackendConfigs.of("native"));
    assertThatThrownBy(() -> BackendConfigs.of("cuda"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("Cannot choose backend: cuda, expected one of " + BackendConfigs.names());
  }
}
