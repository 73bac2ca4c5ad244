package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.engine.IntegerLayers;
import io.octant.graph.GraphModule;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.onnx.qdq.ReadBack;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.MethodText;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.QuantizedLayers;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.model.TrainedCheckpoint;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.output.WholeFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the candidates of a sweep: those that share a prepared graph from one calibration state. A
 * candidate that cannot be made is a row with its error; what is wrong with the storage, Spark or
 * the calibration data ends the run.
 */
final class SweepModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepModels.class);

  private final StepContext run;
  private final PreparedModel model;
  private final SortedSet<ExecutorIdentity> present;
  private final Broadcast<byte[]> source;
  private final List<Broadcast<byte[]>> broadcasts = new ArrayList<>();
  private final Map<CalibrationKey, Calibrated> states = new HashMap<>();

  private record Calibrated(CalibrationState state, Broadcast<byte[]> bytes) {}

  SweepModels(
      StepContext run,
      PreparedModel model,
      SortedSet<ExecutorIdentity> present,
      Broadcast<byte[]> source) {
    this.run = run;
    this.model = model;
    this.present = present;
    this.source = source;
  }

  /** Makes one. */
  SweepModel make(SweepCandidate candidate) {
    run.listener().doing("making candidate " + candidate.name());
    try {
      if (candidate.origin() instanceof SweepCandidate.Settings settings) {
        return quantized(candidate, MethodText.of(settings.method()));
      } else if (candidate.origin() instanceof SweepCandidate.File file) {
        return read(candidate, file.path());
      }
      return trained(candidate, (SweepCandidate.Checkpoint) candidate.origin());
    } catch (OctantException e) {
      if (Failure.of(e).kind() == Failure.Kind.OTHER || e instanceof CalibrationFailure) {
        throw e instanceof CalibrationFailure failed ? failed.reason() : e;
      }
      LOG.warn("Candidate {} is left out: {}", candidate.name(), e.getMessage());
      return SweepModel.failed(candidate, String.valueOf(e.getMessage()));
    }
  }

  private SweepModel quantized(SweepCandidate candidate, MethodText method) {
    ModelSource own = model.source().with(method);
    ModelSteps steps = own.steps();
    PreparedModel prepared =
        new PreparedModel(own, steps, steps.float32(), model.fields(), model.batch());
    // Its warnings are those of the conversion, which stand in its row.
    CalibrationKey key = prepared.observed(run.listener(), new RunReport(Map.of()));
    Calibrated calibrated = states.get(key);
    if (calibrated == null) {
      calibrated = calibrate(prepared, key);
      states.put(key, calibrated);
    }
    CalibrationState state = calibrated.state();
    QuantizedModel made =
        run.phase(
            Phase.CONVERT,
            () -> QuantizedModel.of(steps, state, ConversionStep.provenance(run.spec(), state)));
    return new SweepModel(
        candidate,
        new ModelRecipes.Variant(
            source, method, calibrated.bytes(), made.calibration().rangeBytes()),
        GraphDigest.of(made.int8()),
        facts(made.onnx(), IntegerLayers.of(made.int8(), "").total(), made.nodes().warnings()),
        "");
  }

  private Calibrated calibrate(PreparedModel prepared, CalibrationKey key) {
    Broadcast<byte[]> own = broadcast(prepared.source().toBytes());
    CalibrationState state;
    try {
      state = CalibrationStep.of(run, prepared, key, present).calibrate(own).state();
    } catch (OctantException e) {
      throw new CalibrationFailure(e);
    }
    return new Calibrated(state, broadcast(state.toBytes()));
  }

  private SweepModel read(SweepCandidate candidate, String path) {
    byte[] onnx = CandidateFile.read(run.hadoop(), path);
    ReadBack read = ReadBack.of(onnx, path, model.source().options());
    SameInterface.require("evaluate", path, read.graph(), model);
    return new SweepModel(
        candidate,
        new ModelRecipes.Exported(source, broadcast(onnx)),
        GraphDigest.of(read.graph()),
        facts(onnx, QuantizedLayers.count(read.model()), List.of()),
        "");
  }

  private SweepModel trained(SweepCandidate candidate, SweepCandidate.Checkpoint checkpoint) {
    MethodText method = MethodText.of(checkpoint.method());
    ModelSource own =
        ModelSource.load(
            run.hadoop(), checkpoint.model(), model.source().options(), checkpoint.method());
    byte[] state = WholeFile.at(run.hadoop(), checkpoint.state()).read();
    ModelSteps steps = own.steps();
    SameInterface.require("evaluate", checkpoint.model(), steps.float32(), model);
    GraphModule loaded = TrainedCheckpoint.load(steps.preparedForTraining(), state);
    GraphModule int8 = steps.int8(loaded);
    byte[] onnx =
        QdqExporter.export(
                steps.model(), steps.float32(), steps.reference(loaded), Provenance.none())
            .model()
            .proto()
            .toByteArray();
    return new SweepModel(
        candidate,
        new ModelRecipes.Trained(broadcast(own.toBytes()), method, broadcast(state)),
        GraphDigest.of(int8),
        facts(onnx, IntegerLayers.of(int8, "").total(), List.of()),
        "");
  }

  private static Optional<Row.Facts> facts(byte[] onnx, int int8Layers, List<String> warnings) {
    return Optional.of(new Row.Facts(Digest.of(onnx).hex(), onnx.length, int8Layers, warnings));
  }

  private Broadcast<byte[]> broadcast(byte[] bytes) {
    Broadcast<byte[]> sent = run.context().broadcast(bytes);
    broadcasts.add(sent);
    return sent;
  }

  @Override
  public void close() {
    broadcasts.forEach(Broadcast::destroy);
  }

  /** What the calibration data are to blame for, whichever candidate asked for it first. */
  private static final class CalibrationFailure extends OctantException {
    private static final long serialVersionUID = 1L;

    private final OctantException reason;

    CalibrationFailure(OctantException reason) {
      super(String.valueOf(reason.getMessage()), reason);
      this.reason = reason;
    }

    OctantException reason() {
      return reason;
    }
  }
}
