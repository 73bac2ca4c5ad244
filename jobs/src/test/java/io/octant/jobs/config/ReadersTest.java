package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that a command has no use for are named, and those without a meaning are refused. */
class ReadersTest {
  private static final String MINIMAL =
      """
      model.path = model.onnx
      data.calibration { path = /data/train, columns { input = image } }
      data.evaluation.path = /data/test
      output.path = /out
      """;

  @TempDir Path folder;

  @Test
  void everyCommandReadsAllOrNamesTheRest() throws IOException {
    assertThat(notRead("quantize", "")).isEmpty();
    assertThat(notRead("calibrate", "validation.minAgreement = 0.9, quantization.method = l2"))
        .containsExactly("data.evaluation.path", "quantization.method", "validation.minAgreement");
    assertThat(notRead("convert", "spark { executor.memory = 4g, hadoop.fs.a = b }"))
        .containsExactly(
            "data.calibration.path",
            "data.calibration.columns",
            "data.evaluation.path",
            "spark.executor.memory");
    assertThat(notRead("evaluate", "validation { minAgreement = 0.9, output = logits }"))
        .containsExactly("data.calibration.path", "validation.minAgreement");
    assertThat(notRead("quantize", "sweep.models { a.path = a.onnx }, evaluation.topK = 2"))
        .containsExactly("evaluation.topK", "sweep.models");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          validate | data.evaluation.columns { input = picture } | data.calibration.path, data.calibration.columns
          evaluate | evaluation.topK = 2 | data.calibration.path, evaluation.topK
          evaluate | evaluation.topK = 2, data.evaluation.label = x | data.calibration.path
          sweep | quantization { backend = onednn, method = l2 }, sweep.grid.method = [mse] | quantization.method
          sweep | quantization.method = l2, sweep.models { a.path = a } | data.calibration.path, quantization.method
          sweep | quantization.backend = onednn, sweep.checkpoints { a.path = a } | data.calibration.path
          sweep | quantization.percentile = 99, sweep.grid { method = [percentile], percentile = [98] } | quantization.percentile
          sweep | quantization { method = percentile, percentile = 99 }, sweep.grid.method = [mse] | quantization.method, quantization.percentile
          sweep | quantization { method = percentile, percentile = 99 }, sweep.grid.activationBits = [7] |
          quantize | quantization.percentile = 99, sweep.grid.method = [percentile] | quantization.percentile, sweep.grid.method
          """)
  void whatIsReadDependsOnTheRest(String command, String more, String expected) throws IOException {
    assertThat(String.join(", ", notRead(command, more)))
        .isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void whatTheCommandLineTakesTheMeaningOfIsNamed() throws IOException {
    String training =
        """
        data.training { path = /data/train, label = digit }
        training { checkpoints = /kept, checkpointEvery = 9, optimizer.momentum = 0.8 }
        """;
    assertThat(notRead("train", training, "training.checkpoints=null"))
        .containsExactly("training.checkpointEvery");
    assertThat(notRead("train", training, "training.optimizer.name=adam"))
        .containsExactly("training.optimizer.momentum");
    String percentile = "quantization { method = percentile, percentile = 99.9 }";
    assertThat(notRead("quantize", percentile, "quantization.method=entropy"))
        .containsExactly("quantization.percentile");
    String grid = "sweep.grid { method = [l2, percentile], percentile = [99, 99.9] }";
    assertThat(notRead("sweep", grid, "sweep.grid.method=[mse, l2]"))
        .containsExactly("sweep.grid.percentile");
    String choice = "quantization.method = percentile, sweep.grid.percentile = [99, 99.9]";
    assertThat(notRead("quantize", choice, "quantization.method=l2"))
        .containsExactly("sweep.grid.percentile");
    String parts = "data.evaluation { split { fraction = 0.5, seed = 3 }, sample.fraction = 0.5 }";
    assertThat(notRead("quantize", parts, "data.evaluation.split.fraction=null"))
        .containsExactly("data.evaluation.split.seed");
    assertThat(notRead("quantize", parts, "data.evaluation.path=null"))
        .containsExactly(
            "data.evaluation.sample.fraction",
            "data.evaluation.split.fraction",
            "data.evaluation.split.seed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          quantization.percentile = 99.9 | | key quantization.percentile: method mse has none, expected percentile in key quantization.method
          quantization.method = percentile | quantization.method=l2;quantization.percentile=99 | key quantization.percentile: method l2 has none
          data.evaluation = null, validation.layers = 3 | | key validation.layers: no evaluation data
          data.evaluation = null, validation.output = a | | key validation.output: no evaluation data
          data.evaluation.split.seed = 3 | | key data.evaluation.split.seed: nothing is held out
          data.training { path = a, label = b }, training.distillation { weight = 0, loss = mse } | | key training.distillation.loss: the float model does not take part
          data.training { path = a, label = b }, training.optimizer.decayVectors = true | | key training.optimizer.decayVectors: nothing decays
          data.training { path = a, label = b }, training.optimizer.name = adam | training.optimizer.momentum=0.5 | key training.optimizer.momentum
          """)
  void whatHasNoMeaningIsRefused(String more, String assignments, String expected) {
    List<String> set = assignments == null ? List.of() : List.of(assignments.split(";", -1));
    assertThatThrownBy(() -> load("quantize", more, set))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(expected);
  }

  private List<String> notRead(String command, String more, String... assignments)
      throws IOException {
    return load(command, more, List.of(assignments)).origin().notRead();
  }

  private QuantizeConfig load(String command, String more, List<String> assignments)
      throws IOException {
    Path file = Files.writeString(folder.resolve("job.conf"), MINIMAL + more);
    return ConfigurationSource.load(
        CommandName.of(command), List.of(command), file, assignments, RunDates.none());
  }
}
