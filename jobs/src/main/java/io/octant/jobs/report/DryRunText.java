package io.octant.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.SweepCandidate;
import io.octant.pipeline.data.SampleField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a person wants to know of a job before it runs. */
public final class DryRunText {
  private DryRunText() {}

  /**
   * The text, with a final line break.
   *
   * @param step name of the command
   * @param files that the command line names, by option
   */
  public static String of(
      QuantizeConfig config, String step, Map<String, String> files, RunPlan plan) {
    JsonNode report = plan.report().document();
    StringBuilder text = new StringBuilder();
    Summary.line(text, "dry run", step + ", nothing is written");
    Summary.line(text, "model", config.model().path());
    for (SampleField input : plan.inputs()) {
      Summary.line(text, "", "  %s, %d samples at a time", input, plan.batch());
    }
    files.forEach((option, path) -> Summary.line(text, "reads", option + " " + path));
    for (RunPlan.Reading data : plan.data()) {
      if (data.files().isPresent()) {
        Summary.line(
            text,
            "reads",
            "%s data: %,d files, %,d bytes in %s",
            data.use(),
            data.files().getAsLong(),
            data.bytes(),
            data.place());
      } else {
        Summary.line(text, "reads", "%s data: %s", data.use(), data.place());
      }
      Summary.line(
          text,
          "",
          "%s",
          data.fits()
              .map(file -> "  its columns fit, as those of " + file)
              .orElse("  its columns are not looked at before the run"));
    }
    if (plan.data().stream().anyMatch(data -> data.use().equals("calibration"))) {
      config.calibration().states().ifPresent(s -> Summary.line(text, "states", s));
    }
    candidates(text, plan.candidates());
    Summary.nodes(text, report);
    Summary.notRead(text, config);
    Summary.line(text, "writes", config.output().path() + ": " + String.join(", ", plan.files()));
    return text.toString();
  }

  private static void candidates(StringBuilder text, List<RunPlan.Candidate> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    long failing = candidates.stream().filter(c -> !c.error().isEmpty()).count();
    int calibrations =
        candidates.stream().mapToInt(RunPlan.Candidate::calibration).max().orElseThrow();
    Summary.line(
        text,
        "candidates",
        "%,d beside float%s, %,d models evaluated on each sample, which is read once%s",
        candidates.size(),
        calibrations == 0
            ? ""
            : String.format(Locale.ROOT, ", from %,d calibrations", calibrations),
        candidates.size() - failing + 1,
        failing == 0 ? "" : String.format(Locale.ROOT, ", %,d that will fail", failing));
    for (RunPlan.Candidate one : candidates) {
      Summary.line(text, "", "  %s: %s", one.candidate().name(), what(one));
      one.warnings().forEach(warning -> Summary.line(text, "", "    warning: %s", warning));
    }
  }

  private static String what(RunPlan.Candidate one) {
    if (!one.error().isEmpty()) {
      return "fails: " + one.error();
    }
    List<String> parts = new ArrayList<>();
    SweepCandidate.Origin origin = one.candidate().origin();
    if (origin instanceof SweepCandidate.File file) {
      parts.add(file.path());
    } else if (origin instanceof SweepCandidate.Checkpoint checkpoint) {
      parts.add(checkpoint.state() + " of model " + checkpoint.model());
    }
    one.candidate().settings().forEach((key, value) -> parts.add(key + " " + value));
    if (one.calibration() > 0) {
      parts.add("calibration " + one.calibration());
    }
    one.facts()
        .ifPresent(
            facts ->
                parts.add(
                    String.format(
                        Locale.ROOT,
                        "%,d bytes, %,d int8 layers",
                        facts.bytes(),
                        facts.int8Layers())));
    if (!one.candidate().tags().isEmpty()) {
      parts.add("tags " + one.candidate().tags());
    }
    return String.join(", ", parts);
  }
}
