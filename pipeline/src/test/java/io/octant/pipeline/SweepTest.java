package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.bytes.Digest;
import io.octant.calibration.RangeMethod;
import io.octant.onnx.OnnxModel;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void aCandidateThatFailsIsARow() throws IOException {
    Path broken = dir.resolve("broken.onnx");
    Files.write(broken, new byte[] {1, 2, 3});
    List<SweepCandidate> candidates = new ArrayList<>(methods());
    candidates.add(file("broken", broken.toString()));
    candidates.add(file("absent", dir.resolve("absent.onnx").toString()));
    candidates.add(file("other", "../examples/models/digits-vit/model.onnx"));
    candidates.add(file("mixing", mixing().toString()));
    candidates.add(file("itself", "../examples/models/digits-resnet/model.onnx"));

    JsonNode board = json(sweep("failing", 4, ROOM, Optional.empty(), candidates));
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
  }

  /** The network, whose scores are normalized over the batch instead of the classes. */
  private Path mixing() throws IOException {
    OnnxModel own = OnnxModel.load(Path.of("../examples/models/digits-resnet/model.onnx"));
    ModelProto.Builder model = own.proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    String output = graph.getOutput(0).getName();
    NodeProto.Builder last =
        graph.getNodeBuilderList().stream()
            .filter(n -> n.getOutputList().contains(output))
            .findFirst()
            .orElseThrow();
    last.setOutput(0, "scores");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Softmax")
            .addInput("scores")
            .addOutput(output)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(0)));
    Path file = dir.resolve("mixing.onnx");
    Files.write(file, model.build().toByteArray());
    return file;
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
