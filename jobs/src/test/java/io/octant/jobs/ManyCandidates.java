package io.octant.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.report.ReportPage;
import io.octant.pipeline.report.ReportSource;
import java.util.List;
import java.util.Optional;

/**
 * The page of a made-up sweep: the float model, candidates of which the first wins, and one that
 * failed.
 */
final class ManyCandidates {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ManyCandidates() {}

  /**
   * Makes {@code result.json}.
   *
   * @param prefix of the name of every candidate
   * @param labels whether accuracy is known
   */
  static ObjectNode result(int candidates, String prefix, boolean labels) {
    ObjectNode report = MAPPER.createObjectNode().put("status", "ok").put("step", "sweep");
    report.putObject("model").put("path", "/models/" + prefix + "/model.onnx");
    ObjectNode board = report.putObject("leaderboard");
    board.put("model", "ab12").put("output", "logits").put("samples", 500).put("topK", 5);
    board.put("winner", prefix + "_0");
    ArrayNode rows = board.putArray("candidates");
    ObjectNode speed = report.putObject("speed");
    speed.putArray("isa").add("avx2");
    ArrayNode speeds = speed.putArray("candidates");
    row(rows, "float", "float", 0, labels);
    speeds.addObject().put("name", "float").put("samplesPerSecondOfAThread", 100.0);
    for (int i = 0; i < candidates; i++) {
      String name = prefix + "_" + i;
      row(rows, name, i % 2 == 0 ? "settings" : "model", i, labels);
      speeds.addObject().put("name", name).put("samplesPerSecondOfAThread", 200.0 + i * 10);
    }
    ObjectNode failed = rows.addObject().put("name", "broken").put("kind", "model");
    failed.putArray("tags").add("theirs");
    failed.put("error", "Cannot read " + prefix + ": no ONNX, expected a model");
    speeds.addObject().put("name", "broken").putNull("samplesPerSecondOfAThread");
    speed.putArray("pareto").add(prefix + "_" + (candidates - 1));
    return report;
  }

  private static void row(ArrayNode rows, String name, String kind, int i, boolean labels) {
    ObjectNode row = rows.addObject().put("name", name).put("kind", kind);
    row.putArray("tags").add(kind.equals("model") ? "theirs" : kind).add(name);
    row.putObject("settings").put("method", "mse");
    row.putNull("error").put("bytes", 500_000 - i).put("int8Layers", i);
    row.putArray("warnings").add("of " + name);
    if (labels) {
      double value = 0.99 - i * 1e-3;
      row.putObject("accuracy").put("value", value).put("low", value - 0.01).put("high", 0.999);
      row.putObject("top5").put("value", 1).put("low", 0.99).put("high", 1);
      row.putObject("difference")
          .put("value", -i * 1e-3)
          .put("pMid", i == 0 ? 1 : 0.2 / i)
          .put("standing", 0.2 / Math.max(i, 1) < 0.05 ? "worse" : "even");
    }
    row.put("f1", 0.98).put("agreement", 0.99).put("cosine", 0.9999).put("meanSquaredError", 1e-3);
    row.put("nanOnly", 0).put("nonFinite", i == 1 ? 3 : 0);
    if (kind.equals("float")) {
      row.putNull("sqnrDb").put("equal", true);
    } else {
      row.put("sqnrDb", 33.0 - i).put("equal", false);
    }
  }

  static byte[] page(ObjectNode result, String name) {
    return ReportPage.of(
        List.of(
            ReportSource.of(
                name, result.toString().getBytes(UTF_8), Optional.empty(), Optional.empty())));
  }
}
