package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.engine.IntegerLayers;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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
  private final CandidateReader reader;
  private final SortedSet<ExecutorIdentity> present;
  private final Broadcast<byte[]> source;
  private final List<Broadcast<byte[]>> broadcasts = new ArrayList<>();
  private final Map<CalibrationKey, Calibrated> states = new HashMap<>();

  private record Calibrated(CalibrationState state, Broadcast<byte[]> bytes) {}

  SweepModels(
      StepContext run,
      CandidateReader reader,
      SortedSet<ExecutorIdentity> present,
      Broadcast<byte[]> source) {
    this.run = run;
    this.reader = reader;
    this.present = present;
    this.source = source;
  }

  /** Makes all, in their order: those that are there already before anything is calibrated. */
  List<SweepModel> make(List<SweepCandidate> candidates) {
    SortedMap<Integer, SweepModel> made = new TreeMap<>();
    for (boolean calibrates : new boolean[] {false, true}) {
      for (int i = 0; i < candidates.size(); i++) {
        SweepCandidate candidate = candidates.get(i);
        if (candidate.origin() instanceof SweepCandidate.Settings == calibrates) {
          made.put(i, make(candidate));
        }
      }
    }
    return List.copyOf(made.values());
  }

  private SweepModel make(SweepCandidate candidate) {
    CandidateReader.Known known = reader.read(candidate);
    if (known instanceof CandidateReader.ToCalibrate settings) {
      return quantized(candidate, settings);
    } else if (known instanceof CandidateReader.Exported file) {
      return new SweepModel(
          candidate,
          new ModelRecipes.Exported(source, broadcast(file.onnx())),
          file.graphDigest(),
          Optional.of(file.facts()),
          "");
    } else if (known instanceof CandidateReader.Trained trained) {
      return new SweepModel(
          candidate,
          new ModelRecipes.Trained(
              broadcast(trained.source().toBytes()), trained.method(), broadcast(trained.state())),
          trained.graphDigest(),
          Optional.of(trained.facts()),
          "");
    }
    return failed(candidate, (CandidateReader.Refused) known);
  }

  private static SweepModel failed(SweepCandidate candidate, CandidateReader.Refused refused) {
    LOG.warn("Candidate {} is left out: {}", candidate.name(), refused.error());
    return SweepModel.failed(candidate, refused.error());
  }

  private SweepModel quantized(SweepCandidate candidate, CandidateReader.ToCalibrate settings) {
    PreparedModel prepared = settings.model();
    // What is wrong with the calibration data is no candidate's fault, and ends the run.
    Calibrated calibrated = states.get(settings.key());
    if (calibrated == null) {
      calibrated = calibrate(prepared, settings.key());
      states.put(settings.key(), calibrated);
    }
    CalibrationState state = calibrated.state();
    run.listener().doing("making candidate " + candidate.name());
    QuantizedModel made;
    try {
      made =
          run.phase(
              Phase.CONVERT,
              () ->
                  QuantizedModel.of(
                      prepared.steps(), state, ConversionStep.provenance(run.spec(), state)));
    } catch (OctantException e) {
      return failed(candidate, CandidateReader.refused(e));
    }
    return new SweepModel(
        candidate,
        new ModelRecipes.Variant(
            source, settings.method(), calibrated.bytes(), made.calibration().rangeBytes()),
        GraphDigest.of(made.int8()),
        Optional.of(
            CandidateReader.facts(
                made.onnx(), IntegerLayers.of(made.int8(), "").total(), made.nodes().warnings())),
        "");
  }

  private Calibrated calibrate(PreparedModel prepared, CalibrationKey key) {
    Broadcast<byte[]> own = broadcast(prepared.source().toBytes());
    CalibrationState state = CalibrationStep.of(run, prepared, key, present).calibrate(own).state();
    return new Calibrated(state, broadcast(state.toBytes()));
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
}
