package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactionTest {
  private static final String HIDDEN = "*********(redacted)";

  @TempDir Path folder;

  private Path job(String text) throws IOException {
    return Files.writeString(folder.resolve("job.conf"), text);
  }

  @Test
  void whatIsKeptRunsAsTheSameJob() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "data.batch = 8, model.path = models/net.onnx");
    Path file =
        job(
            """
            include "base.conf"
            data.calibration { path = "data/dt={date}", limit = ${data.batch} }
            data.calibration.columns { input = image, "input_ids:1" = { column = token_ids, scale = 0.5 } }
            quantization.overrides = [{ name = "layer1.0.conv1", qconfig = null }]
            sweep.models { "o.rt" = { path = ort.onnx, tags = [qdq] } }
            sweep.checkpoints { qat = { path = qat.safetensors, model = bn.onnx } }
            output.path = "s3a://bucket/out"
            spark { executor.memory = 2g, speculation = true, speculation.interval = 10ms }
            """);
    List<String> assignments = List.of("data.batch=16", "spark.files.overwrite=true");
    QuantizeConfig wanted = ConfigurationSource.load(file, assignments, RunDates.of("2026-11-27"));
    String kept = kept(file, assignments, RunDates.of("2026-11-27"));
    assertThat(again(kept)).as(kept).isEqualTo(wanted);
  }

  /** Which the command line has taken, not the file that is kept. */
  @Test
  void whatHasLostItsMeaningIsNotKept() throws IOException {
    Path file =
        job(
            """
            model.path = m.onnx
            data.calibration.path = /train
            data.evaluation { path = /test, label = label, split { fraction = 0.5, seed = 1 } }
            quantization { method = percentile, percentile = 99.9 }
            output.path = out
            """);
    List<String> assignments = List.of("quantization.method=entropy", "data.evaluation.path=null");
    String kept = kept(file, assignments, RunDates.none());
    QuantizeConfig same = again(kept);
    assertThat(same.data()).isEqualTo(ConfigurationSource.load(file, assignments).data());
    assertThat(same.quantization().method()).isEqualTo(Method.ENTROPY);
    assertThat(kept).doesNotContain("99.9", "label", "fraction");
  }

  private static String kept(Path file, List<String> assignments, RunDates dates) {
    return ConfigurationSource.load(
            CommandName.QUANTIZE, List.of("quantize"), file, assignments, dates)
        .origin()
        .configuration();
  }

  private QuantizeConfig again(String kept) throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("kept.conf");
    return ConfigurationSource.load(Files.writeString(elsewhere, kept), List.of());
  }

  @Test
  void secretsAreLeftOut() throws IOException {
    Path file =
        job(
            """
            model.path = m.onnx
            data.calibration {
              format = jdbc
              options { url = "jdbc:postgresql://u:geheim@host/db", password = geheim, user = geheim, header = true, port = 5432 }
              filter = "url <> 'http://u:geheim@host/'"
            }
            output.path = out
            spark {
              hadoop.fs.s3a.secret.key = geheim
              hadoop.fs.azure.account.key.mine = geheim
              driver.extraJavaOptions = "-Dpassword=geheim"
              executor.memory = 2g
            }
            """);
    String kept = kept(file, List.of(), RunDates.none());
    assertThat(kept).doesNotContain("geheim");
    JsonNode shown = new ObjectMapper().readTree(kept);
    assertThat(shown.at("/data/calibration/options/password").asText()).isEqualTo(HIDDEN);
    assertThat(shown.at("/data/calibration/options/port").asText()).isEqualTo(HIDDEN);
    assertThat(shown.at("/data/calibration/options/header").asText()).isEqualTo("true");
    assertThat(shown.at("/data/calibration/filter").asText())
        .isEqualTo("url <> 'http://...@host/'");
    assertThat(shown.at("/spark/executor.memory").asText()).isEqualTo("2g");
  }

  @Test
  void soAreThoseOfACommandLine() {
    assertThat(
            Redaction.command(
                List.of(
                    "quantize",
                    "a.conf",
                    "--set",
                    "spark.hadoop.fs.s3a.secret.key=geheim",
                    "--set=data.calibration.options={password=geheim}",
                    "--set",
                    "data.calibration.options.header=true",
                    "-o",
                    "s3a://key:geheim@bucket/out",
                    "--set=model.path=/models/tokenizer.onnx")))
        .containsExactly(
            "quantize",
            "a.conf",
            "--set",
            "spark.hadoop.fs.s3a.secret.key=" + HIDDEN,
            "--set=data.calibration.options=" + HIDDEN,
            "--set",
            "data.calibration.options.header=true",
            "-o",
            "s3a://...@bucket/out",
            "--set=model.path=/models/tokenizer.onnx");
  }
}
