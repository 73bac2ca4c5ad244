package io.octant.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.data.SampleField;
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
    }
    if (plan.data().stream().anyMatch(data -> data.use().equals("calibration"))) {
      config.calibration().states().ifPresent(s -> Summary.line(text, "states", s));
    }
    Summary.nodes(text, report);
    Summary.line(text, "writes", config.output().path() + ": " + String.join(", ", plan.files()));
    return text.toString();
  }
}
