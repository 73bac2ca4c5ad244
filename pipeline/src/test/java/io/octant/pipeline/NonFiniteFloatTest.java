package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Candidates beside a float model that does not give numbers throughout. */
class NonFiniteFloatTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final int SAMPLES = 200;
  private static final FileSource EVALUATION = DigitsRun.EVALUATION.withLimit(SAMPLES);

  @TempDir Path dir;

  /** Square roots of scores plus a constant: NaN where the lowest score is below its negative. */
  @Test
  void whatFloatHasNoClassForIsNoDifferenceAndIsTold() throws IOException {
    Path float32 = roots("float.onnx", 1.8f);
    Path same = roots("same.onnx", 1.8f);
    // Has a class for every sample.
    Path whole = roots("whole.onnx", 1000);
    JsonNode board = sweep("some", float32, same, whole);
    JsonNode reference = row(board, "float");
    int nan = reference.get("nan").asInt();
    assertThat(nan).isBetween(1, SAMPLES - 1);
    assertThat(reference.get("nanOnly").asInt()).isZero();

    String warning = board.at("/warnings/1").asText();
    assertThat(warning)
        .startsWith(
            "Output 'logits' of the float model gives NaN in %d of 200 samples".formatted(nan))
        .contains("counts as wrong in its accuracy");
    assertThat(report("some").get("warnings")).isEqualTo(board.get("warnings"));

    assertThat(row(board, "same.onnx").get("equal").asBoolean()).isTrue();
    JsonNode better = row(board, "whole.onnx");
    assertThat(better.at("/accuracy/value").asDouble())
        .isGreaterThan(reference.at("/accuracy/value").asDouble());
    assertThat(better.at("/difference/candidateOnly").asInt()).isZero();
    assertThat(better.at("/difference/standing").asText()).isEqualTo("even");
    assertThat(better.get("nan").asInt()).isZero();
    // Of ten classes every label is among the ten highest scores.
    assertThat(board.get("warnings")).hasSize(2);
    assertThat(board.at("/warnings/0").asText())
        .startsWith("evaluation.topK = 10: output 'logits' has 10 classes");

    JsonNode alone = evaluate("alone", float32);
    assertThat(alone.at("/warnings/1").asText()).isEqualTo(warning);
  }

  @Test
  void againstNanAloneThereIsNoResult() throws IOException {
    Path float32 = roots("float.onnx", -1000);
    assertThatThrownBy(() -> sweep("none", float32, roots("same.onnx", -1000)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot compare with " + float32)
        .hasMessageContaining("output 'logits' of the float model gives NaN in 200 of 200 samples")
        .hasMessageContaining("expected finite values");
    assertThat(dir.resolve("none/leaderboard.json")).doesNotExist();
    assertThatThrownBy(() -> evaluate("alone", float32)).isInstanceOf(DataException.class);
  }

  @Test
  void noModelIsPublishedByNanAlone() throws IOException {
    Path float32 = roots("float.onnx", -1000);
    QuantizationSpec spec = base("published", float32);
    assertThatThrownBy(() -> new QuantizationPipeline(SPARK).run(spec))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot validate against " + float32)
        .hasMessageContaining(
            "output 'logits' of the float model gives NaN in 200 of 200 samples, expected numbers")
        .hasMessageEndingWith("; it comes in at sqrt (ONNX Sqrt logits)");
    assertThat(dir.resolve("published/model.int8.onnx")).doesNotExist();
  }

  @Test
  void infinitiesAreToldAsWell() throws IOException {
    Path float32 =
        ScoresModel.write(
            dir.resolve("infinite.onnx"),
            0,
            ScoresModel.node("Div", ScoresModel.SCORES, "constant"));
    assertThatThrownBy(() -> evaluate("infinite", float32))
        .hasMessageContaining("and 2,000 infinite elements");
  }

  @Test
  void aWinnerHasSomethingFinite() throws IOException {
    Path float32 = roots("float.onnx", 1000);
    JsonNode board = sweep("nan", float32, roots("nan.onnx", -1000));
    assertThat(board.get("winner").isNull()).isTrue();
    assertThat(board.at("/warnings/1").asText()).startsWith("No candidate can be compared");
    assertThat(row(board, "nan.onnx").get("nanOnly").asInt()).isEqualTo(SAMPLES);
  }

  private Path roots(String name, float constant) throws IOException {
    return ScoresModel.write(
        dir.resolve(name),
        constant,
        ScoresModel.node("Add", ScoresModel.SCORES, "constant"),
        ScoresModel.node("Sqrt", "Add"));
  }

  private JsonNode sweep(String name, Path float32, Path... candidates) throws IOException {
    List<SweepCandidate> of = List.of(candidates).stream().map(NonFiniteFloatTest::file).toList();
    new QuantizationPipeline(SPARK).sweep(spec(name, float32, of));
    return json(dir.resolve(name).resolve("leaderboard.json"));
  }

  private JsonNode evaluate(String name, Path float32) throws IOException {
    new QuantizationPipeline(SPARK).evaluate(spec(name, float32, List.of()));
    return json(dir.resolve(name).resolve("evaluation.json"));
  }

  private SweepSpec spec(String name, Path float32, List<SweepCandidate> candidates) {
    return new SweepSpec(
        base(name, float32), Optional.empty(), candidates, 10, 1L << 30, Optional.empty());
  }

  private QuantizationSpec base(String name, Path float32) {
    return QuantizationSpec.of(
        QuantizationSpec.Model.of(float32.toString()),
        new Data(DigitsRun.CALIBRATION, Optional.of(EVALUATION), 32),
        DigitsRun.X86,
        new Output(dir.resolve(name).toString(), IfPresent.REFUSE));
  }

  private static SweepCandidate file(Path path) {
    return new SweepCandidate(
        path.getFileName().toString(),
        List.of(),
        new TreeMap<>(),
        new SweepCandidate.File(path.toString()));
  }

  private JsonNode report(String name) throws IOException {
    return json(dir.resolve(name).resolve("result.json"));
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private static JsonNode row(JsonNode board, String name) {
    for (JsonNode row : board.get("candidates")) {
      if (row.get("name").asText().equals(name)) {
        return row;
      }
    }
    throw new AssertionError("No row " + name + " in " + board);
  }
}
