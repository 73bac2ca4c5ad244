package io.octant.pipeline;

import io.octant.calibration.RangeMethod;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the tests quantize: models of handwritten digits, on real digits. */
final class DigitsRun {
  static final FileSource CALIBRATION =
      ParquetFormat.source("../examples/digits/train.parquet")
          .withColumn("input", "image")
          .withLimit(512);
  static final FileSource EVALUATION =
      ParquetFormat.source("../examples/digits/test.parquet")
          .withColumn("input", "image")
          .withLabel("label");
  static final QuantizationMethod X86 =
      new QuantizationMethod(
          DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS),
          BackendConfigs.of("x86"),
          QuantizedEngine.X86);

  private DigitsRun() {}

  /** {@link #X86} with a range method of its own. */
  static QuantizationMethod x86(RangeMethod method) {
    return new QuantizationMethod(
        X86.mapping()
            .map(
                q ->
                    q.activation().type().equals(GridHistogramObserver.TYPE)
                        ? q.withActivation(q.activation().with("method", method.toString()))
                        : q),
        X86.backend(),
        X86.arithmetic());
  }

  static Model model(String name) {
    return Model.of("../examples/models/digits-" + name + "/model.onnx");
  }

  /** The whole run, on all data. */
  static QuantizationSpec whole(String name, Path output) {
    return QuantizationSpec.of(
            model(name),
            new Data(CALIBRATION.withPartitions(4), Optional.of(EVALUATION), 32),
            X86,
            new Output(output.toString(), IfPresent.REFUSE))
        .withVersions(Map.of("octant", "1.2.3"));
  }

  /** Calibration on fewer digits, without validation. */
  static QuantizationSpec calibration(FileSource digits, Path output) {
    return QuantizationSpec.of(
        model("mobilenet"),
        new Data(digits, Optional.empty(), 32),
        X86,
        new Output(output.toString(), IfPresent.REFUSE));
  }
}
