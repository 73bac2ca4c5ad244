package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.HoldOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepConfigTest {
  private static final String MINIMAL =
      """
      model.path = model.onnx
      data.calibration.path = /data/train
      data.evaluation.path = /data/test
      output.path = /out
      """;

  @TempDir Path folder;

  @Test
  void aGridIsEveryCombination() throws IOException {
    SweepConfig sweep =
        load(
            """
            quantization.percentile = 99.5
            sweep.grid {
              method = [mse, percentile], percentile = [99.9, 99.99], activationBits = [7, 8]
              overrides { all = [], last = [{ name = fc, qconfig = null }] }
            }
            """);
    assertThat(sweep.settings().keySet())
        .containsExactly(
            "mse-7bit-all",
            "mse-7bit-last",
            "mse-8bit-all",
            "mse-8bit-last",
            "percentile-99.9-7bit-all",
            "percentile-99.9-7bit-last",
            "percentile-99.9-8bit-all",
            "percentile-99.9-8bit-last",
            "percentile-99.99-7bit-all",
            "percentile-99.99-7bit-last",
            "percentile-99.99-8bit-all",
            "percentile-99.99-8bit-last");
    SweepConfig.SettingsCandidate one = sweep.settings().get("percentile-99.9-7bit-last");
    assertThat(one.quantization().percentile()).isEqualTo(99.9);
    assertThat(one.quantization().activationBits()).isEqualTo(7);
    assertThat(one.quantization().overrides()).hasSize(1);
    assertThat(one.values())
        .isEqualTo(
            Map.of(
                "backend", "x86",
                "method", "percentile",
                "percentile", "99.9",
                "activationBits", "7",
                "overrides", "last"));
  }

  @Test
  void whatAGridDoesNotNameIsAsForQuantizing() throws IOException {
    SweepConfig sweep =
        load(
            "quantization { backend = qnnpack, percentile = 99.5 }\nsweep.grid.method = [percentile]");
    assertThat(sweep.settings().keySet()).containsExactly("percentile-99.5");
    assertThat(sweep.settings().get("percentile-99.5").quantization().backend())
        .isEqualTo(Backend.QNNPACK);
  }

  @Test
  void withoutKeysThereIsNothingToCompare() throws IOException {
    assertThat(load("").isEmpty()).isTrue();
    assertThat(load("sweep.models { a = { path = /a.onnx } }").isEmpty()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sweep.grid.percentile = [99.9]                        | expected percentile in sweep.grid.method
          sweep.grid { backend = [qnnpack], activationBits = [7] } | expected x86 or fbgemm
          sweep.grid.method = []                                | a list whose values are each one of
          sweep.grid.method = [best]                            | a list whose values are each one of
          sweep.models { float = { path = /a } }                | there are two of this name
          sweep { models { a = { path = /a } }, checkpoints { a = { path = /b } } } | there are two of this name
          sweep.models { a = { tags = [x] } }                   | sweep.models.a.path
          sweep.models { a = { path = /a, tag = x } }           | sweep.models.a.tag
          sweep.checkpoints { a = { path = /a, backend = tensorrt } } | not tensorrt
          sweep.grids.method = [mse]                            | sweep.grid.method
          sweep.grid.method = [mse, minmax, mse]                | sweep.grid.method: mse twice, expected each value once
          sweep.grid { method = [percentile], percentile = [99.9, 99.90] } | 99.9 twice, expected each value once
          data.evaluation.split.key = id                        | expected key data.evaluation.split.fraction
          data.evaluation.split.fraction = 1                    | a number above 0 and below 1
          """)
  void whatCannotBeComparedIsRefused(String line, String message) {
    assertThatThrownBy(() -> load(line))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theOtherPartIsRead() throws IOException {
    QuantizeConfig config = config("data.evaluation.split { fraction = 0.25, part = heldout }");
    HoldOut split = config.data().evaluation().orElseThrow().split().orElseThrow();
    assertThat(split.part()).isEqualTo(HoldOut.Part.HELD_OUT);
    assertThat(split.fraction()).isEqualTo(0.25);
  }

  @Test
  void aSectionIsTakenBackByNull() throws IOException {
    String lines = "data.evaluation.split { fraction = 0.25, seed = 3 }";
    Path file = Files.writeString(folder.resolve("job.conf"), MINIMAL + lines);
    assertThat(
            ConfigurationSource.load(file, List.of("data.evaluation.split=null"))
                .data()
                .evaluation()
                .orElseThrow()
                .split())
        .isEmpty();
    assertThat(load("sweep.grid.method = [mse]\nsweep.grid = null").isEmpty()).isTrue();
    String models = "\nsweep.models { a = { path = /a.onnx } }\nsweep.grid.method = [mse]";
    Path more = Files.writeString(folder.resolve("more.conf"), MINIMAL + models);
    for (String section : List.of("sweep.models", "sweep.grid.method")) {
      QuantizeConfig left =
          ConfigurationSource.load(
              more, List.of(section + "=null", "data.evaluation.columns=null"));
      assertThat(left.sweep().models().isEmpty()).isEqualTo(section.equals("sweep.models"));
      assertThat(left.sweep().settings().isEmpty()).isEqualTo(!section.equals("sweep.models"));
    }
    assertThat(ConfigurationSource.load(more, List.of("sweep=null")).sweep().isEmpty()).isTrue();
    assertThatThrownBy(
            () ->
                ConfigurationSource.load(more, List.of("sweep.grid.method=[mse], percentile=[9]")))
        .hasMessageContaining("expected one HOCON value");
    assertThatThrownBy(() -> load("sweep.grids = null")).hasMessageContaining("sweep.grids");
  }

  private SweepConfig load(String lines) throws IOException {
    return config(lines).sweep();
  }

  private QuantizeConfig config(String lines) throws IOException {
    Path file = Files.writeString(folder.resolve("job.conf"), MINIMAL + lines);
    return ConfigurationSource.load(file, List.of());
  }
}
