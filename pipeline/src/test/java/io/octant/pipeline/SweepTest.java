package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.bytes.Digest;
import io.octant.calibration.RangeMethod;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.HoldOut;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many candidates on the same digits. */
class SweepTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final FileSource CALIBRATION = DigitsRun.CALIBRATION.withLimit(96);
  private static final FileSource EVALUATION = DigitsRun.EVALUATION.withLimit(300);
  private static final long ROOM = 1L << 30;

  @TempDir Path dir;

  @Test
  void aRowIsWhatARunOfItsOwnMeasures() throws IOException {
    JsonNode board = json(sweep("sweep", 4, ROOM, Optional.empty(), methods()));
    for (RangeMethod method : List.of(new RangeMethod.MinMax(), RangeMethod.byDefault())) {
      Path out = dir.resolve("alone-" + method);
      new QuantizationPipeline(SPARK).run(base(out, 4).withMethod(DigitsRun.x86(method)));
      JsonNode alone = json(out.resolve("result.json"));
      JsonNode row = row(board, method.toString());

      assertThat(row.at("/accuracy/value").asDouble())
          .isEqualTo(alone.at("/accuracy/int8").asDouble());
      assertThat(row.at("/agreement").asDouble()).isEqualTo(alone.at("/agreement").asDouble());
      assertThat(row.at("/sqnrDb").asDouble()).isEqualTo(alone.at("/outputs/0/sqnrDb").asDouble());
      assertThat(row.at("/cosine").asDouble()).isEqualTo(alone.at("/outputs/0/cosine").asDouble());
      byte[] published = Files.readAllBytes(out.resolve("model.int8.onnx"));
      assertThat(row.at("/bytes").asLong()).isEqualTo(published.length);
      assertThat(row.at("/sha256").asText()).isEqualTo(Digest.of(published).hex());
      assertThat(row(board, "float").at("/accuracy/value").asDouble())
          .isEqualTo(alone.at("/accuracy/float").asDouble());
    }
    // The folder of a result is a candidate as well as its file.
    String published = dir.resolve("alone-" + RangeMethod.byDefault()).toString();
    JsonNode again =
        json(sweep("again", 4, ROOM, Optional.empty(), List.of(file("published", published))));
    JsonNode made = row(board, RangeMethod.byDefault().toString());
    assertThat(row(again, "published").get("sha256")).isEqualTo(made.get("sha256"));
    assertThat(row(again, "published").get("accuracy")).isEqualTo(made.get("accuracy"));
  }

  @Test
  void partitionsAndRoomDoNotShow() throws IOException {
    byte[] one = Files.readAllBytes(sweep("one", 1, ROOM, Optional.empty(), methods()));
    assertThat(sweep("eight", 8, ROOM, Optional.empty(), methods())).hasBinaryContent(one);
    // Without room candidates take turns.
    assertThat(sweep("three", 3, 1, Optional.empty(), methods())).hasBinaryContent(one);
    assertThat(dir.resolve("three/leaderboard.csv"))
        .hasSameBinaryContentAs(dir.resolve("one/leaderboard.csv"));
  }

  @Test
  void anEmptyHoldOutIsFoundBeforeAnythingIsComputed() {
    List<Phase> phases = new ArrayList<>();
    PhaseListener listener =
        new PhaseListener() {
          @Override
          public void started(Phase phase) {
            phases.add(phase);
          }

          @Override
          public void finished(Phase phase, double seconds) {}
        };
    HoldOut none = new HoldOut(1e-12, 0, Optional.empty(), HoldOut.Part.HELD_OUT);
    SweepSpec sweep =
        new SweepSpec(
            base(dir.resolve("none"), 4),
            Optional.of(EVALUATION.withHoldOut(none)),
            methods(),
            3,
            ROOM,
            Optional.empty());
    assertThatThrownBy(() -> new QuantizationPipeline(SPARK, listener).sweep(sweep))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot evaluate the winner on")
        .hasMessageContaining("leave out all 300 rows");
    assertThat(phases).containsExactly(Phase.PREPARE);
  }

  @Test
  void aCandidateThatFailsIsARow() throws IOException {
    Path broken = dir.resolve("broken.onnx");
    Files.write(broken, new byte[] {1, 2, 3});
    List<SweepCandidate> candidates = new ArrayList<>(methods());
    candidates.add(file("broken", broken.toString()));
    candidates.add(file("absent", dir.resolve("absent.onnx").toString()));
    candidates.add(file("other", "../examples/models/digits-vit/model.onnx"));
    candidates.add(file("mixing", mixing().toString()));
    candidates.add(file("itself", "../examples/models/digits-resnet/model.onnx"));

    List<String> doings = new ArrayList<>();
    PhaseListener listener =
        new PhaseListener() {
          @Override
          public void started(Phase phase) {
            doings.add(phase.title());
          }

          @Override
          public void doing(String what) {
            doings.add(what);
          }

          @Override
          public void finished(Phase phase, double seconds) {}
        };
    new QuantizationPipeline(SPARK, listener)
        .sweep(
            new SweepSpec(
                base(dir.resolve("failing"), 4),
                Optional.empty(),
                candidates,
                3,
                ROOM,
                Optional.empty()));
    JsonNode board = json(dir.resolve("failing/leaderboard.json"));
    assertThat(doings)
        .as("files are read before anything is run")
        .contains("reading candidate itself");
    assertThat(doings.indexOf("reading candidate itself"))
        .isLessThan(doings.indexOf(Phase.CALIBRATE.title()));
    assertThat(row(board, "broken").get("error").asText()).contains("broken.onnx");
    assertThat(row(board, "absent").get("error").asText()).contains("absent.onnx");
    assertThat(row(board, "broken").get("accuracy").isNull()).isTrue();
    assertThat(row(board, "mixing").get("error").asText()).contains("mixes the samples");
    JsonNode itself = row(board, "itself");
    assertThat(itself.get("equal").asBoolean()).isTrue();
    assertThat(itself.at("/difference/pMid").asDouble()).isEqualTo(1);
    assertThat(itself.get("int8Layers").asInt()).isZero();
    assertThat(row(board, "minmax").get("error").isNull()).isTrue();
  }

  @Test
  void keptTotalsAreNotComputedAgain() throws IOException {
    Optional<String> kept = Optional.of(dir.resolve("kept").toString());
    List<SweepCandidate> first = methods().subList(0, 1);
    sweep("first", 4, ROOM, kept, first);
    byte[] fresh = Files.readAllBytes(sweep("fresh", 4, ROOM, Optional.empty(), methods()));
    assertThat(sweep("more", 4, ROOM, kept, methods())).hasBinaryContent(fresh);
    assertThat(sweep("again", 4, ROOM, kept, methods())).hasBinaryContent(fresh);

    assertThat(json(dir.resolve("fresh/result.json")).get("totals").isNull()).isTrue();
    String one = "minmax";
    String two = RangeMethod.byDefault().toString();
    int splits = totals("first").at("/models/0/computed").asInt();
    assertThat(splits).isPositive();
    assertThat(kept("first")).isEqualTo(Map.of("float", splits + " 0", one, splits + " 0"));
    assertThat(kept("more"))
        .isEqualTo(Map.of("float", "0 " + splits, one, "0 " + splits, two, splits + " 0"));
    assertThat(kept("again"))
        .isEqualTo(Map.of("float", "0 " + splits, one, "0 " + splits, two, "0 " + splits));
    assertThat(totals("again").get("lost").asInt()).isZero();
    assertThat(totals("again").get("damaged")).isEmpty();
  }

  /** A file that changes or vanishes meanwhile does not show: each is read once. */
  @Test
  void aRequestIsAboutTheBytesThatAreCompared() throws IOException {
    Path file = dir.resolve("candidate.onnx");
    Files.copy(Path.of("../examples/models/digits-resnet/ort_qdq.onnx"), file);
    CandidateFiles files = new CandidateFiles(SPARK.sparkContext().hadoopConfiguration());
    byte[] before = files.candidate(file.toString());
    Files.delete(file);
    assertThat(files.candidate(file.toString())).isSameAs(before);
    String absent = dir.resolve("absent.onnx").toString();
    assertThatThrownBy(() -> files.candidate(absent)).hasMessageContaining("absent.onnx");
    Files.write(Path.of(absent), before);
    assertThatThrownBy(() -> files.candidate(absent)).hasMessageContaining("absent.onnx");
  }

  /** By model, splits computed and reused. */
  private Map<String, String> kept(String sweep) throws IOException {
    Map<String, String> out = new HashMap<>();
    for (JsonNode model : totals(sweep).get("models")) {
      out.put(model.get("name").asText(), model.get("computed") + " " + model.get("reused"));
    }
    return out;
  }

  private JsonNode totals(String sweep) throws IOException {
    return json(dir.resolve(sweep).resolve("result.json")).get("totals");
  }

  /** The network, whose scores are normalized over the batch instead of the classes. */
  private Path mixing() throws IOException {
    return ScoresModel.write(
        dir.resolve("mixing.onnx"),
        0,
        ScoresModel.node("Softmax", ScoresModel.SCORES)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(0)));
  }

  private Path sweep(
      String name, int partitions, long room, Optional<String> kept, List<SweepCandidate> of) {
    Path out = dir.resolve(name);
    new QuantizationPipeline(SPARK)
        .sweep(new SweepSpec(base(out, partitions), Optional.empty(), of, 3, room, kept));
    return out.resolve("leaderboard.json");
  }

  private static QuantizationSpec base(Path out, int partitions) {
    return QuantizationSpec.of(
        DigitsRun.model("resnet"),
        new Data(CALIBRATION, Optional.of(EVALUATION.withPartitions(partitions)), 32),
        DigitsRun.X86,
        new Output(out.toString(), IfPresent.REFUSE));
  }

  private static List<SweepCandidate> methods() {
    List<SweepCandidate> all = new ArrayList<>();
    for (RangeMethod method : List.of(new RangeMethod.MinMax(), RangeMethod.byDefault())) {
      all.add(
          new SweepCandidate(
              method.toString(),
              List.of("ptq"),
              new TreeMap<>(),
              new SweepCandidate.Settings(DigitsRun.x86(method))));
    }
    return all;
  }

  private static SweepCandidate file(String name, String path) {
    return new SweepCandidate(name, List.of(), new TreeMap<>(), new SweepCandidate.File(path));
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
