package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.output.RunReport;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The second step alone, without Spark and without data. */
final class ConversionRun {
  private ConversionRun() {}

  /**
   * Converts.
   *
   * @param from the state: a file, or the folder of a result
   * @throws OtherStateException if the state is of another model, prepared graph or configuration
   */
  static StepResult execute(
      Configuration hadoop,
      PhaseListener listener,
      QuantizationSpec spec,
      String from,
      Recording recording) {
    RunReport report = recording.report();
    byte[] bytes = read(hadoop, from);
    CalibrationState state = state(from, bytes);
    try (OutputCommit commit = spec.output().begin(hadoop, Optional.of(from))) {
      recording.stop().guard(commit);
      report.state(Digest.of(bytes).hex(), bytes.length);
      report.numerics(state.numerics());
      PreparedModel model =
          Phases.run(
              listener,
              Phase.PREPARE,
              () -> {
                ModelSource loaded = PreparedModel.load(hadoop, spec, listener, report);
                report.request(RunRequest.conversion(hadoop, spec, loaded, from).hex());
                PreparedModel prepared = PreparedModel.of(loaded, spec, listener);
                CalibrationKey key = prepared.source().calibrationKey(prepared.steps().prepared());
                OtherStateException.require(from, state, key);
                return prepared;
              });
      QuantizedModel quantized =
          Phases.run(
              listener, Phase.CONVERT, () -> ConversionStep.convert(spec, report, model, state));
      return Phases.run(
          listener,
          Phase.PUBLISH,
          () -> {
            // Nothing is published that cannot be read back.
            model.steps().readBack(quantized.onnx());
            report.totalSeconds(recording.total().seconds());
            StepFiles.write(
                hadoop,
                commit,
                spec,
                report.ok(),
                ConversionStep.files(quantized),
                Optional.of(bytes));
            Manifest manifest =
                commit.publish(
                    Map.of(
                        "model", state.key().model().hex(),
                        "configuration", model.source().configurationDigest().hex(),
                        "preparedGraph", state.key().preparedGraph().hex(),
                        "state", Digest.of(bytes).hex()),
                    spec.versions());
            return new StepResult(report, manifest);
          });
    }
  }

  static byte[] read(Configuration hadoop, String from) {
    return ResultFile.read(hadoop, from, CalibrationStep.STATE_FILE);
  }

  static CalibrationState state(String from, byte[] bytes) {
    try {
      return CalibrationState.fromBytes(from, bytes);
    } catch (OctantException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
  }
}
