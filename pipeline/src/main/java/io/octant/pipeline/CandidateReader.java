package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.engine.IntegerLayers;
import io.octant.graph.GraphModule;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.onnx.qdq.ReadBack;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.MethodText;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.QuantizedLayers;
import io.octant.pipeline.model.TrainedCheckpoint;
import io.octant.pipeline.output.OutsideOutput;
import io.octant.pipeline.output.RunReport;
import io.octant.quantization.convert.ConvertedForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads and checks candidates, as far as that goes without Spark and without data. */
final class CandidateReader {
  private final CandidateFiles files;
  private final PreparedModel model;
  private final String output;
  private final PhaseListener listener;

  /** What was found out of a candidate. */
  sealed interface Known {}

  /**
   * A way to quantize, which needs a calibration.
   *
   * @param model observed in this way
   * @param key of the calibration; candidates that share it share that
   * @param warnings of the settings
   */
  record ToCalibrate(
      MethodText method, PreparedModel model, CalibrationKey key, List<String> warnings)
      implements Known {}

  /** A model file. */
  record Exported(byte[] onnx, String graphDigest, Row.Facts facts) implements Known {}

  /** A trained model. */
  record Trained(
      ModelSource source, MethodText method, byte[] state, String graphDigest, Row.Facts facts)
      implements Known {}

  /** What cannot be a candidate. */
  record Refused(String error) implements Known {}

  /**
   * A reader.
   *
   * @param model that candidates are compared with
   * @param output the place of the results, where no candidate may lie
   */
  CandidateReader(
      CandidateFiles files, PreparedModel model, String output, PhaseListener listener) {
    this.files = files;
    this.model = model;
    this.output = output;
    this.listener = listener;
  }

  /**
   * Reads one.
   *
   * @throws OctantException if the storage fails
   */
  Known read(SweepCandidate candidate) {
    listener.doing("reading candidate " + candidate.name());
    try {
      if (candidate.origin() instanceof SweepCandidate.Settings settings) {
        return observed(MethodText.of(settings.method()));
      } else if (candidate.origin() instanceof SweepCandidate.File file) {
        return exported(file.path());
      }
      return trained((SweepCandidate.Checkpoint) candidate.origin());
    } catch (OctantException e) {
      return refused(e);
    }
  }

  /**
   * What is wrong with a candidate, as an answer.
   *
   * @throws OctantException if it is not the candidate that something is wrong with
   */
  static Refused refused(OctantException e) {
    if (Failure.of(e).kind() == Failure.Kind.OTHER) {
      throw e;
    }
    return new Refused(String.valueOf(e.getMessage()));
  }

  private ToCalibrate observed(MethodText method) {
    ModelSource own = model.source().with(method);
    ModelSteps steps = own.steps();
    PreparedModel prepared =
        new PreparedModel(own, steps, steps.float32(), model.fields(), model.batch());
    // Those of the conversion, which stand in its row, are more.
    List<String> warnings = new ArrayList<>();
    CalibrationKey key =
        prepared.observed(
            listener, new RunReport(Map.of()), nodes -> warnings.addAll(nodes.warnings()));
    return new ToCalibrate(method, prepared, key, warnings);
  }

  private Exported exported(String path) {
    OutsideOutput.require(files.hadoop(), output, path);
    byte[] onnx = files.candidate(path);
    ReadBack read = ReadBack.of(onnx, path, model.source().options());
    SameInterface.require("evaluate", path, read.graph(), model);
    return new Exported(
        onnx,
        GraphDigest.of(read.graph()),
        facts(onnx, QuantizedLayers.count(read.model()), List.of()));
  }

  private Trained trained(SweepCandidate.Checkpoint checkpoint) {
    OutsideOutput.require(files.hadoop(), output, checkpoint.state());
    ModelSource own =
        ModelSource.of(
            files.model(checkpoint.model()),
            checkpoint.model(),
            model.source().options(),
            checkpoint.method());
    byte[] state = files.state(checkpoint.state());
    ModelSteps steps = own.steps();
    SameInterface.require("evaluate", checkpoint.model(), steps.float32(), model);
    GraphModule loaded = TrainedCheckpoint.load(steps.preparedForTraining(), state);
    ConvertedForms converted = steps.converted(loaded);
    GraphModule int8 = converted.lowered();
    byte[] onnx =
        QdqExporter.export(steps.model(), steps.float32(), converted.reference(), Provenance.none())
            .model()
            .proto()
            .toByteArray();
    return new Trained(
        own,
        MethodText.of(checkpoint.method()),
        state,
        GraphDigest.of(int8),
        facts(onnx, IntegerLayers.of(int8, "").total(), List.of()));
  }

  static Row.Facts facts(byte[] onnx, int int8Layers, List<String> warnings) {
    return new Row.Facts(Digest.of(onnx).hex(), onnx.length, int8Layers, warnings);
  }
}
