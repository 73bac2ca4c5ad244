package io.octant.pipeline;

import io.octant.calibration.CalibrationState;
import io.octant.engine.IntegerLayers;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.RunReport;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.QuantizationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A calibration state to an int8 model; needs neither Spark nor data. */
final class ConversionStep {

  /** Names of the files of a converted model. */
  static final List<String> FILES = List.of(QuantizedModel.FILE, QuantizedModel.QPARAMS_FILE);

  private ConversionStep() {}

  /** Solves the ranges and converts. */
  static QuantizedModel convert(
      QuantizationSpec spec, RunReport report, PreparedModel model, CalibrationState state) {
    return convert(spec, report, facts -> QuantizedModel.of(model.steps(), state, facts), state);
  }

  /**
   * Converts in a way of one's own.
   *
   * @param made takes what the ONNX file is to tell of itself
   */
  static QuantizedModel convert(
      QuantizationSpec spec,
      RunReport report,
      Function<SortedMap<String, String>, QuantizedModel> made,
      CalibrationState state) {
    Stopwatch time = Stopwatch.start();
    QuantizedModel quantized = made.apply(provenance(spec, state));
    report.seconds(Phase.CONVERT, time.seconds());
    QuantizationReport nodes = quantized.nodes();
    report.warnings(nodes.warnings());
    nodes(report, nodes, quantized.leftFloat());
    report.saturation(IntegerLayers.of(quantized.int8(), ""));
    return quantized;
  }

  /** Reports what would become of each node. */
  static void nodes(RunReport report, QuantizationReport nodes) {
    nodes(report, nodes, List.of());
  }

  private static void nodes(RunReport report, QuantizationReport nodes, List<String> leftFloat) {
    report.nodes(
        lines(nodes, NodeReport.Outcome.QUANTIZED),
        lines(nodes, NodeReport.Outcome.FLOAT),
        leftFloat);
  }

  /** What the ONNX file tells of itself; versions of what does not change its bytes stay out. */
  static SortedMap<String, String> provenance(QuantizationSpec spec, CalibrationState state) {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("state.sha256", state.sha256().hex());
    String version = spec.versions().get("octant");
    if (version != null) {
      facts.put("version", version);
    }
    return facts;
  }

  private static List<RunReport.NodeLine> lines(
      QuantizationReport nodes, NodeReport.Outcome outcome) {
    List<RunReport.NodeLine> lines = new ArrayList<>();
    for (int i = 0; i < nodes.lines().size(); i++) {
      NodeReport line = nodes.lines().get(i);
      if (line.outcome() == outcome) {
        lines.add(
            new RunReport.NodeLine(line.node(), line.target(), line.source(), i, line.reason()));
      }
    }
    return lines;
  }

  /** The files of a converted model, by name. */
  static Map<String, byte[]> files(QuantizedModel model) {
    return Map.of(QuantizedModel.FILE, model.onnx(), QuantizedModel.QPARAMS_FILE, model.qparams());
  }
}
