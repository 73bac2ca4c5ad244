package io.octant.pipeline;

import io.octant.calibration.CalibrationKey;
import io.octant.graph.GraphModule;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.output.RunReport;
import io.octant.quantization.report.QuantizationReport;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model as every step needs it, before any data are read.
 *
 * @param source what all its graphs are made from
 * @param float32 the model as imported
 * @param fields its inputs
 * @param batch samples of one forward pass
 */
record PreparedModel(
    ModelSource source,
    ModelSteps steps,
    GraphModule float32,
    List<SampleField> fields,
    int batch) {
  private static final Logger LOG = LoggerFactory.getLogger(PreparedModel.class);

  /** Reads the model file. */
  static ModelSource load(
      Configuration hadoop, QuantizationSpec spec, PhaseListener listener, RunReport report) {
    listener.doing("reading the model");
    QuantizationSpec.Model model = spec.model();
    ModelSource loaded = model.load(hadoop, spec.method());
    report.model(model.path(), loaded.modelDigest().hex());
    return loaded;
  }

  /** Imports what was read. */
  static PreparedModel of(ModelSource loaded, QuantizationSpec spec, PhaseListener listener) {
    listener.doing("importing the model");
    ModelSource source = loaded.forBatch(spec.data().batch(), listener::busy);
    ModelSteps steps = source.steps();
    GraphModule float32 = steps.float32();
    int batch = steps.batch(float32, spec.data().batch());
    return new PreparedModel(source, steps, float32, steps.fields(float32, batch), batch);
  }

  String floatDigest() {
    return GraphDigest.of(float32);
  }

  /**
   * Puts observers into the model, and goes through all that follows calibration: what can be
   * refused is refused before hours are spent.
   *
   * @return what a calibration of it belongs to
   */
  CalibrationKey observed(PhaseListener listener, RunReport report) {
    return observed(listener, report, nodes -> {});
  }

  /**
   * The same.
   *
   * @param nodes gets what would become of each node
   */
  CalibrationKey observed(
      PhaseListener listener, RunReport report, Consumer<QuantizationReport> nodes) {
    listener.doing("preparing the model and rehearsing its conversion");
    GraphModule prepared = steps.prepared();
    List<String> warnings =
        prepared
            .attachment(QuantizationReport.class)
            .map(QuantizationReport::warnings)
            .orElse(List.of());
    report.warnings(warnings);
    warnings.forEach(w -> LOG.warn("{}: {}", source.name(), w));
    steps.requireSeparable(prepared, fields, batch);
    nodes.accept(steps.rehearse());
    return source.calibrationKey(prepared);
  }
}
