package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutsideOutput;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.training.TrainingJob;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run would do, found out without Spark and without reading a sample: what can be refused so
 * far is refused as the run would. Nothing is written.
 *
 * @param report the model, and what would become of each of its nodes; not of a validation alone
 * @param inputs of the model
 * @param batch samples of one forward pass
 * @param data to be read
 * @param candidates of a sweep, in their order
 * @param files to be written into the output
 */
public record RunPlan(
    RunReport report,
    List<SampleField> inputs,
    int batch,
    List<Reading> data,
    List<Candidate> candidates,
    List<String> files) {
  public RunPlan {
    inputs = List.copyOf(inputs);
    data = List.copyOf(data);
    candidates = List.copyOf(candidates);
    files = List.copyOf(files);
  }

  /** The three steps of a run. */
  public enum Part {
    CALIBRATE,
    CONVERT,
    VALIDATE
  }

  /**
   * Data that a run would read.
   *
   * @param use {@code calibration} or {@code evaluation}
   * @param place where it is
   * @param files how many; empty of a table, which Spark alone knows
   * @param bytes of all files
   * @param fits the file whose columns were found to fit the model and the configuration; empty if
   *     that takes Spark
   */
  public record Reading(
      String use, String place, OptionalLong files, long bytes, Optional<String> fits) {}

  /**
   * A candidate of a sweep.
   *
   * @param candidate what it is
   * @param calibration which of the calibrations it takes, from 1; 0 if it takes none
   * @param facts of its file; empty if it is to be made
   * @param warnings of its settings
   * @param error why it will be a row without figures; empty if nothing speaks against it so far
   */
  public record Candidate(
      SweepCandidate candidate,
      int calibration,
      Optional<Row.Facts> facts,
      List<String> warnings,
      String error) {
    public Candidate {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Plans.
   *
   * @param parts the steps that are to be done
   * @param handed the state or the model that the command line names, which is read
   * @throws OctantException as the run would
   */
  public static RunPlan of(
      Configuration hadoop, QuantizationSpec spec, Set<Part> parts, Optional<String> handed) {
    OutputCommit.requireFree(hadoop, spec.output().path(), spec.output().ifPresent());
    handed.ifPresent(place -> OutsideOutput.require(hadoop, spec.output().path(), place));
    if (parts.contains(Part.CALIBRATE)) {
      spec.states().ifPresent(place -> OutsideOutput.require(hadoop, spec.output().path(), place));
    }
    boolean validates = parts.contains(Part.VALIDATE) && spec.data().evaluation().isPresent();
    if (validates) {
      ValidationStep.requireLabels(spec);
    }
    RunReport report = new RunReport(spec.versions());
    PreparedModel model =
        PreparedModel.of(
            PreparedModel.load(hadoop, spec, PhaseListener.NONE, report), spec, PhaseListener.NONE);
    if (validates) {
      ValidationStep.plan(spec, model);
    }
    List<Reading> data = new ArrayList<>();
    List<String> files = new ArrayList<>();
    if (parts.contains(Part.CALIBRATE)) {
      data.add(reading(hadoop, "calibration", spec.data().requireCalibration(), model));
      files.add(CalibrationStep.STATE_FILE);
      model.observed(PhaseListener.NONE, report, nodes -> ConversionStep.nodes(report, nodes));
    } else if (parts.contains(Part.CONVERT)) {
      String from = handed.orElseThrow();
      CalibrationState state = ConversionRun.state(from, ConversionRun.read(hadoop, from));
      OtherStateException.require(
          from,
          state,
          model.observed(PhaseListener.NONE, report, nodes -> ConversionStep.nodes(report, nodes)));
    } else {
      ValidationRun.read(hadoop, handed.orElseThrow());
    }
    if (parts.contains(Part.CONVERT)) {
      files.addAll(ConversionStep.FILES);
    }
    if (validates) {
      spec.data().evaluation().ifPresent(e -> data.add(reading(hadoop, "evaluation", e, model)));
    }
    files.addAll(List.of(RunReport.FILE_NAME, RunReport.PAGE_NAME, Manifest.FILE_NAME));
    return new RunPlan(report, model.fields(), model.batch(), data, List.of(), files);
  }

  /**
   * Plans a training.
   *
   * @throws OctantException as the run would
   */
  public static RunPlan training(Configuration hadoop, TrainingSpec training) {
    QuantizationSpec spec = training.base();
    training
        .checkpoints()
        .ifPresent(place -> OutsideOutput.require(hadoop, spec.output().path(), place));
    RunPlan plan = of(hadoop, spec, EnumSet.allOf(Part.class), Optional.empty());
    PreparedModel model =
        PreparedModel.of(
            PreparedModel.load(hadoop, spec, PhaseListener.NONE, new RunReport(spec.versions())),
            spec,
            PhaseListener.NONE);
    ModelSource source = model.source();
    TrainingJob.require(source.with(TrainingStep.method(training)).steps().preparedForTraining());
    List<Reading> data = new ArrayList<>(plan.data());
    data.add(1, reading(hadoop, "training", training.data(), model));
    List<String> files = new ArrayList<>(plan.files());
    files.add(0, TrainingStep.CHECKPOINT_FILE);
    return new RunPlan(plan.report(), plan.inputs(), plan.batch(), data, plan.candidates(), files);
  }

  /**
   * Plans a sweep. Candidates are read and checked: one that cannot be made is a row of the table.
   *
   * @throws OctantException as the run would
   */
  public static RunPlan sweep(Configuration hadoop, SweepSpec sweep) {
    return candidates(hadoop, sweep, SweepRun.TABLE_FILES);
  }

  /**
   * Plans an evaluation of one model.
   *
   * @throws OctantException as the run would
   */
  public static RunPlan evaluation(Configuration hadoop, SweepSpec sweep) {
    RunPlan plan = candidates(hadoop, sweep, SweepRun.SINGLE_FILES);
    for (Candidate candidate : plan.candidates()) {
      if (!candidate.error().isEmpty()) {
        throw new DataException(candidate.error());
      }
    }
    return plan;
  }

  private static RunPlan candidates(Configuration hadoop, SweepSpec sweep, List<String> published) {
    QuantizationSpec spec = sweep.base();
    OutputCommit.requireFree(hadoop, spec.output().path(), spec.output().ifPresent());
    sweep.totals().ifPresent(t -> OutsideOutput.require(hadoop, spec.output().path(), t));
    RunReport report = new RunReport(spec.versions());
    PreparedModel model =
        PreparedModel.of(
            PreparedModel.load(hadoop, spec, PhaseListener.NONE, report), spec, PhaseListener.NONE);
    sweep.warning(ValidationStep.plan(spec, model)).ifPresent(report::warning);
    List<Reading> data = new ArrayList<>();
    if (sweep.calibrates()) {
      spec.states().ifPresent(s -> OutsideOutput.require(hadoop, spec.output().path(), s));
      data.add(reading(hadoop, "calibration", spec.data().requireCalibration(), model));
    }
    spec.data().evaluation().ifPresent(e -> data.add(reading(hadoop, "evaluation", e, model)));
    List<String> files = new ArrayList<>(published);
    files.addAll(List.of(RunReport.FILE_NAME, RunReport.PAGE_NAME, Manifest.FILE_NAME));
    return new RunPlan(
        report,
        model.fields(),
        model.batch(),
        data,
        candidates(
            sweep.candidates(),
            new CandidateReader(
                new CandidateFiles(hadoop), model, spec.output().path(), PhaseListener.NONE)),
        files);
  }

  private static List<Candidate> candidates(
      List<SweepCandidate> candidates, CandidateReader reader) {
    List<Candidate> out = new ArrayList<>();
    List<CalibrationKey> keys = new ArrayList<>();
    for (SweepCandidate candidate : candidates) {
      CandidateReader.Known known = reader.read(candidate);
      int calibration = 0;
      Optional<Row.Facts> facts = Optional.empty();
      List<String> warnings = List.of();
      String error = "";
      if (known instanceof CandidateReader.ToCalibrate settings) {
        if (!keys.contains(settings.key())) {
          keys.add(settings.key());
        }
        calibration = 1 + keys.indexOf(settings.key());
        warnings = settings.warnings();
      } else if (known instanceof CandidateReader.Exported file) {
        facts = Optional.of(file.facts());
      } else if (known instanceof CandidateReader.Trained trained) {
        facts = Optional.of(trained.facts());
      } else if (known instanceof CandidateReader.Refused refused) {
        error = refused.error();
      }
      out.add(new Candidate(candidate, calibration, facts, warnings, error));
    }
    return out;
  }

  private static Reading reading(
      Configuration hadoop, String use, DataSource source, PreparedModel model) {
    Optional<String> fits = source.check(hadoop, model.fields());
    return source
        .files(hadoop)
        .map(
            listing ->
                new Reading(
                    use,
                    source.description(),
                    OptionalLong.of(listing.files().size()),
                    listing.files().stream().mapToLong(DataFile::length).sum(),
                    fits))
        .orElseGet(() -> new Reading(use, source.description(), OptionalLong.empty(), 0, fits));
  }
}
