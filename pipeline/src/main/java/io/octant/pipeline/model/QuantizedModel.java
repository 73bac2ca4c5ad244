package io.octant.pipeline.model;

import io.octant.OctantException;
import io.octant.calibration.CalibrationState;
import io.octant.graph.GraphModule;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExport;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.quantization.convert.ConvertedForms;
import io.octant.quantization.report.QuantizationReport;
import java.util.List;
import java.util.Map;

/**
 * A model after conversion, in every form that a run needs.
 *
 * @param calibration what the ranges were solved from, and the ranges
 * @param int8 the graph that the engine runs
 * @param onnx the original file with quantize and dequantize pairs
 * @param leftFloat nodes that the graph quantizes and the file does not, see {@link QdqExport}
 * @param qparams the document {@code qparams.json}
 * @param nodes what became of each node, and why
 */
@SuppressWarnings("ArrayRecordComponent")
public record QuantizedModel(
    SolvedCalibration calibration,
    GraphModule int8,
    byte[] onnx,
    List<String> leftFloat,
    byte[] qparams,
    QuantizationReport nodes) {
  /** Name of the file that holds {@link #qparams}. */
  public static final String QPARAMS_FILE = "qparams.json";

  /** Name of the file that holds {@link #onnx}. */
  public static final String FILE = "model.int8.onnx";

  /**
   * Solves the ranges and converts.
   *
   * @param provenance facts that the ONNX file carries
   */
  public static QuantizedModel of(
      ModelSteps steps, CalibrationState state, Map<String, String> provenance) {
    GraphModule calibrated = steps.calibrated(SolvedCalibration.unsolved(state));
    SolvedCalibration solved = new SolvedCalibration(state, ModelSteps.solve(calibrated));
    return of(steps, calibrated, solved, provenance);
  }

  /**
   * Converts a model whose ranges are known.
   *
   * @param steps that prepared it
   * @param calibrated with observers that saw data, or trained
   * @param solved what the ranges were solved from, or training began with
   * @param provenance facts that the ONNX file carries
   */
  public static QuantizedModel of(
      ModelSteps steps,
      GraphModule calibrated,
      SolvedCalibration solved,
      Map<String, String> provenance) {
    ConvertedForms converted = steps.converted(calibrated);
    GraphModule reference = converted.reference();
    GraphModule int8 = converted.lowered();
    QdqExport export =
        QdqExporter.export(steps.model(), steps.float32(), reference, Provenance.of(provenance));
    QuantizationReport nodes =
        int8.attachment(QuantizationReport.class)
            .orElseThrow(() -> new OctantException("Cannot find the report of convert"));
    return new QuantizedModel(
        solved,
        int8,
        export.model().proto().toByteArray(),
        export.leftFloat().stream().distinct().toList(),
        QParamsDocument.of(calibrated, reference),
        nodes);
  }
}
