package io.octant.pipeline;

import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.report.ReportPage;
import io.octant.pipeline.report.ReportSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** What a step publishes. */
final class StepFiles {
  private StepFiles() {}

  /**
   * Hands over the files of a step, its report and the page that shows them. A step that has a
   * calibration state is compared with what is current.
   */
  static void write(
      Configuration hadoop,
      OutputCommit commit,
      QuantizationSpec spec,
      RunReport report,
      Map<String, byte[]> files) {
    files.forEach(commit::write);
    if (spec.output().current().isPresent() && files.containsKey(CalibrationStep.STATE_FILE)) {
      ReportSource source = source(spec.output().path(), report, files);
      report.drift(source.driftFrom(hadoop, spec.output().current().get()));
    }
    commit.writeUnlisted(RunReport.FILE_NAME, report.toBytes());
    commit.writeUnlisted(RunReport.PAGE_NAME, page(spec.output().path(), report, files));
  }

  /** The page of a step, whether it has succeeded or not. */
  static byte[] page(String output, RunReport report, Map<String, byte[]> files) {
    return ReportPage.of(List.of(source(output, report, files)));
  }

  private static ReportSource source(String output, RunReport report, Map<String, byte[]> files) {
    return ReportSource.of(
        output,
        report.toBytes(),
        Optional.ofNullable(files.get(QuantizedModel.QPARAMS_FILE)),
        Optional.ofNullable(files.get(CalibrationStep.STATE_FILE)));
  }
}
