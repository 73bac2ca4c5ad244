package io.octant.jobs;

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
import io.octant.pipeline.report.ReportPage;
import io.octant.pipeline.report.ReportSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The page of a made-up network of many nodes, every third of them float. */
final class ManyNodes {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ObjectNode report = MAPPER.createObjectNode();
  private final ObjectNode qparams = MAPPER.createObjectNode();
  private final CalibrationState state;
  private final Random random = new Random(7);

  private ManyNodes(int nodes, String prefix) {
    Digest digest = Digest.of(new byte[] {1});
    state = new CalibrationState(new CalibrationKey(digest, digest, digest));
    state.addNumerics(new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1));
    state.addSamples(new SampleCounts(16, 0, 0));
    report.put("status", "ok").put("step", "quantize");
    report.putObject("model").put("path", "/models/" + prefix + "/model.onnx");
    report.putObject("accuracy").put("float", 0.9).put("int8", 0.89);
    report
        .putArray("gates")
        .addObject()
        .put("name", "maxAccuracyDrop")
        .put("value", 0.01)
        .put("threshold", 0.02)
        .put("passed", true);
    report.putArray("warnings").add(prefix);
    ObjectNode fates = report.putObject("nodes");
    fates.putArray("quantized");
    fates.putArray("float");
    fates.putArray("floatInFile");
    report.putObject("layers").put("samples", 16).putArray("values");
    qparams.putArray("activations");
    qparams.putArray("weights");
    for (int i = 0; i < nodes; i++) {
      add(i, prefix + "_" + i, i % 3 == 2);
    }
  }

  /**
   * Makes the page.
   *
   * @param prefix of the name of every node
   */
  static byte[] page(int nodes, String prefix) {
    ManyNodes made = new ManyNodes(nodes, prefix);
    return ReportPage.of(
        List.of(
            ReportSource.of(
                prefix,
                made.report.toString().getBytes(UTF_8),
                Optional.of(made.qparams.toString().getBytes(UTF_8)),
                Optional.of(made.state.toBytes()))));
  }

  private void add(int position, String name, boolean isFloat) {
    ((ArrayNode) report.path("nodes").path(isFloat ? "float" : "quantized"))
        .addObject()
        .put("node", name)
        .put("operator", "torch.ao.nn.quantized.Conv2d")
        .put("source", "Conv /" + name)
        .put("position", position)
        .put("reason", isFloat ? "no quantized kernel" : "runs on quantized tensors");
    ObjectNode value =
        ((ArrayNode) report.path("layers").path("values"))
            .addObject()
            .put("node", name)
            .put("operator", "torch.nn.Conv2d")
            .put("source", "Conv /" + name)
            .put("sqnrDb", 40 - 20 * random.nextDouble())
            .put("elements", 1000);
    if (!isFloat) {
      value.put("scale", 0.02).put("zeroPoint", 128).put("saturated", position % 2 * 1e-3);
      observe(name);
    }
  }

  private void observe(String name) {
    TensorStatistics statistics = new TensorStatistics();
    float[] values = new float[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    statistics.update(values);
    state.add("observer_" + name, statistics);
    qparams
        .withArray("activations")
        .addObject()
        .put("node", name)
        .put("observer", "observer_" + name)
        .put("quantMin", 0)
        .put("quantMax", 255)
        .put("scheme", "torch.per_tensor_affine")
        .put("scale", 0.02)
        .put("zeroPoint", 128);
    ObjectNode weight =
        qparams
            .withArray("weights")
            .addObject()
            .put("module", name)
            .put("weight", "weight")
            .put("quantMin", -128)
            .put("quantMax", 127);
    ArrayNode scales = weight.putArray("scale");
    ArrayNode zeroPoints = weight.putArray("zeroPoint");
    for (int channel = 0; channel < 16; channel++) {
      scales.add(0.001 * (channel + 1));
      zeroPoints.add(0);
    }
  }
}
