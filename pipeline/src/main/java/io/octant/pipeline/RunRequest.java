package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.model.MethodText;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.RunReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run is asked to do, as a digest: equal requests have equal results. It covers the bytes of
 * the model, the files of the data with length and time, and every setting that reaches a result:
 * not partitions, not the places of the output and of kept states, not the versions of Java and
 * Spark. A step's request covers what that step reads.
 */
public final class RunRequest {
  private static final Logger LOG = LoggerFactory.getLogger(RunRequest.class);

  private RunRequest() {}

  /** Of all three steps. */
  public static Digest quantization(
      Configuration hadoop, QuantizationSpec spec, ModelSource model) {
    List<String> parts = new ArrayList<>();
    parts.add("configuration " + model.configurationDigest().hex());
    parts.add("calibration " + spec.data().requireCalibration().identity(hadoop));
    parts.addAll(evaluation(hadoop, spec));
    return digest(spec, model, parts);
  }

  /** Of all three steps with training in between. */
  public static Digest training(Configuration hadoop, TrainingSpec spec, ModelSource model) {
    List<String> parts = new ArrayList<>();
    parts.add("step train");
    parts.add("configuration " + model.configurationDigest().hex());
    parts.add("calibration " + spec.base().data().requireCalibration().identity(hadoop));
    parts.addAll(evaluation(hadoop, spec.base()));
    parts.addAll(training(hadoop, spec));
    return digest(spec.base(), model, parts);
  }

  /**
   * Of training alone: what reaches the weights.
   *
   * @param model to be prepared for training
   * @param state of the calibration that it begins with
   */
  static Digest trained(Configuration hadoop, TrainingSpec spec, ModelSource model, Digest state) {
    List<String> parts = new ArrayList<>(training(hadoop, spec));
    parts.add("configuration " + model.configurationDigest().hex());
    parts.add("state " + state.hex());
    // The curve of a checkpoint has the accuracy on these.
    parts.add(evaluationData(hadoop, spec.base()));
    return digest(spec.base(), model, parts);
  }

  private static List<String> training(Configuration hadoop, TrainingSpec spec) {
    return List.of("training " + identity(spec.data(), hadoop), "settings " + spec.settings());
  }

  /** Of the first step: range methods, gates and evaluation data are none of its concern. */
  public static Digest calibration(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
    return digest(
        spec,
        model,
        List.of(
            "step calibrate",
            "observers " + model.observersDigest().hex(),
            "calibration " + spec.data().requireCalibration().identity(hadoop)));
  }

  /**
   * Of the second step.
   *
   * @param state a file, or the folder of a result, which is read
   */
  public static Digest conversion(
      Configuration hadoop, QuantizationSpec spec, ModelSource model, String state) {
    return versioned(
        spec,
        model,
        List.of(
            "step convert",
            "configuration " + model.configurationDigest().hex(),
            "state " + Digest.of(ConversionRun.read(hadoop, state)).hex(),
            "batch " + spec.data().batch()));
  }

  /**
   * Of the third step.
   *
   * @param int8 a file, or the folder of a result, which is read
   */
  public static Digest validation(
      Configuration hadoop, QuantizationSpec spec, ModelSource model, String int8) {
    List<String> parts = new ArrayList<>();
    parts.add("step validate");
    parts.add("options " + model.options());
    parts.add("int8 " + Digest.of(ValidationRun.read(hadoop, int8)).hex());
    parts.addAll(evaluation(hadoop, spec));
    return digest(spec, model, parts);
  }

  /** Of a sweep. */
  public static Digest sweep(Configuration hadoop, SweepSpec sweep, ModelSource model) {
    return sweep(new CandidateFiles(hadoop), sweep, model);
  }

  static Digest sweep(CandidateFiles files, SweepSpec sweep, ModelSource model) {
    return candidates(files, "sweep", sweep, model);
  }

  /** Of an evaluation of one model. */
  public static Digest evaluation(Configuration hadoop, SweepSpec sweep, ModelSource model) {
    return evaluation(new CandidateFiles(hadoop), sweep, model);
  }

  static Digest evaluation(CandidateFiles files, SweepSpec sweep, ModelSource model) {
    return candidates(files, "evaluate", sweep, model);
  }

  private static Digest candidates(
      CandidateFiles files, String step, SweepSpec sweep, ModelSource model) {
    Configuration hadoop = files.hadoop();
    QuantizationSpec spec = sweep.base();
    List<String> parts = new ArrayList<>();
    parts.add("step " + step);
    parts.add("options " + model.options());
    parts.add("top " + sweep.top());
    parts.addAll(evaluation(hadoop, spec));
    parts.add("held out " + sweep.heldOut().map(e -> identity(e, hadoop)).orElse("none"));
    for (SweepCandidate candidate : sweep.candidates()) {
      parts.add(
          "candidate "
              + candidate.name()
              + candidate.tags()
              + candidate.settings()
              + " "
              + candidate.origin().kind());
      if (candidate.origin() instanceof SweepCandidate.Settings settings) {
        parts.add(String.valueOf(MethodText.of(settings.method())));
      } else if (candidate.origin() instanceof SweepCandidate.File file) {
        parts.add(content(() -> files.candidate(file.path())));
      } else if (candidate.origin() instanceof SweepCandidate.Checkpoint checkpoint) {
        parts.add(content(() -> files.state(checkpoint.state())));
        parts.add(content(() -> files.model(checkpoint.model())));
        parts.add(String.valueOf(MethodText.of(checkpoint.method())));
      }
    }
    if (sweep.calibrates()) {
      parts.add("calibration " + spec.data().requireCalibration().identity(hadoop));
    }
    return digest(spec, model, parts);
  }

  /** Digest of a file; a candidate whose file cannot be used is a row with that error. */
  private static String content(Supplier<byte[]> file) {
    try {
      return Digest.of(file.get()).hex();
    } catch (OctantException e) {
      if (Failure.of(e).kind() == Failure.Kind.OTHER) {
        throw e;
      }
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> evaluation(Configuration hadoop, QuantizationSpec spec) {
    return List.of(
        evaluationData(hadoop, spec),
        "gate " + spec.validation().gate(),
        "output " + spec.validation().output(),
        "layers " + spec.validation().layerSamples());
  }

  private static String evaluationData(Configuration hadoop, QuantizationSpec spec) {
    return "evaluation " + spec.data().evaluation().map(e -> identity(e, hadoop)).orElse("none");
  }

  /** Of what runs the model over data. */
  private static Digest digest(QuantizationSpec spec, ModelSource model, List<String> parts) {
    List<String> all = new ArrayList<>(parts);
    all.add("batch " + spec.data().batch() + " " + spec.data().nonFinite());
    all.add("engine " + spec.engine() + " " + spec.mixed());
    return versioned(spec, model, all);
  }

  private static Digest versioned(QuantizationSpec spec, ModelSource model, List<String> parts) {
    List<String> all = new ArrayList<>(List.of("model " + model.modelDigest().hex()));
    all.addAll(parts);
    all.add("octant " + spec.versions().get("octant") + " " + spec.versions().get("dnnl"));
    return Digest.of(String.join("\n", all).getBytes(StandardCharsets.UTF_8));
  }

  private static String identity(DataSource data, Configuration hadoop) {
    return data.identity(hadoop);
  }

  /**
   * The result of an earlier run with the same request, whole and checked. Needs no Spark. Empty
   * also if the request allows replacing it, which is to run again.
   *
   * @param request tells the request from the model as it is now
   * @throws io.octant.pipeline.output.OutputUnavailableException if the output cannot be read now
   */
  public static Optional<PublishedOutput> finished(
      Configuration hadoop, QuantizationSpec spec, Function<ModelSource, Digest> request) {
    String output = spec.output().path();
    if (spec.output().ifPresent() == IfPresent.REPLACE) {
      return Optional.empty();
    }
    try {
      Optional<PublishedOutput> found = PublishedOutput.read(hadoop, output);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      ModelSource model = spec.model().load(hadoop, spec.method());
      String wanted = request.apply(model).hex();
      if (!RunReport.request(found.get().report()).filter(wanted::equals).isPresent()) {
        return Optional.empty();
      }
      OutputCommit.recover(hadoop, output);
      return found;
    } catch (OctantException e) {
      // The run meets the same, and reports it with all that it knows.
      LOG.info("Cannot tell whether the run was done before: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
