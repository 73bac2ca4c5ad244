package io.octant.pipeline.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import java.util.Optional;
import java.util.Random;

/** Files of small results, as Octant writes them. */
final class Results {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Results() {}

  /** The report of a run in which nothing is known. */
  static ObjectNode report() {
    ObjectNode report = MAPPER.createObjectNode().put("status", "ok").put("step", "quantize");
    report.putObject("model").put("path", "/models/small/model.onnx").put("sha256", "ab12");
    ObjectNode nodes = report.putObject("nodes");
    nodes.putArray("quantized");
    nodes.putArray("float");
    nodes.putArray("floatInFile");
    report.putObject("layers").put("samples", 16).putArray("values");
    return report;
  }

  /** A value along the network. */
  static ObjectNode value(ObjectNode report, String node, String operator, String source) {
    return ((ArrayNode) report.path("layers").path("values"))
        .addObject()
        .put("node", node)
        .put("operator", operator)
        .put("source", source);
  }

  /** What became of a node. */
  static ObjectNode line(
      ObjectNode report, String kind, String node, String source, int position, String reason) {
    return ((ArrayNode) report.path("nodes").path(kind))
        .addObject()
        .put("node", node)
        .put("operator", "Op")
        .put("source", source)
        .put("position", position)
        .put("reason", reason);
  }

  /** An activation of 8 bits in {@code qparams.json}. */
  static ObjectNode activation(
      ObjectNode qparams, String node, String observer, double scale, int zeroPoint) {
    return qparams
        .withArray("activations")
        .addObject()
        .put("node", node)
        .put("observer", observer)
        .put("quantMin", 0)
        .put("quantMax", 255)
        .put("scheme", "torch.per_tensor_affine")
        .put("scale", scale)
        .put("zeroPoint", zeroPoint);
  }

  static ReportSource source(ObjectNode report, ObjectNode qparams, CalibrationState state) {
    return ReportSource.of(
        "results/small",
        report.toString().getBytes(UTF_8),
        Optional.of(qparams.toString().getBytes(UTF_8)),
        Optional.of(state.toBytes()));
  }

  static ReportSource source(ObjectNode report) {
    return ReportSource.of(
        "results/small", report.toString().getBytes(UTF_8), Optional.empty(), Optional.empty());
  }

  /** A state of nothing yet. */
  static CalibrationState state() {
    Digest digest = Digest.of(new byte[] {1});
    CalibrationState state = new CalibrationState(new CalibrationKey(digest, digest, digest));
    state.addNumerics(new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1));
    state.addSamples(new SampleCounts(100, 0, 0));
    return state;
  }

  static TensorStatistics statistics(float... values) {
    TensorStatistics statistics = new TensorStatistics();
    statistics.update(values);
    return statistics;
  }

  /** Normal values around a mean. */
  static TensorStatistics normal(long seed, double mean) {
    Random random = new Random(seed);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    return statistics(values);
  }
}
