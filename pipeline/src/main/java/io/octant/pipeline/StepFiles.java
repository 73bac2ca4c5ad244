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
    write(
        hadoop,
        commit,
        spec,
        report,
        files,
        Optional.ofNullable(files.get(CalibrationStep.STATE_FILE)));
  }

  /**
   * The same of a step that has made use of a calibration state.
   *
   * @param state its bytes; empty if there is none to compare
   */
  static void write(
      Configuration hadoop,
      OutputCommit commit,
      QuantizationSpec spec,
      RunReport report,
      Map<String, byte[]> files,
      Optional<byte[]> state) {
    files.forEach(commit::write);
    if (spec.output().current().isPresent() && state.isPresent()) {
      ReportSource source = source(spec.output().path(), report, files, state);
      report.drift(source.driftFrom(hadoop, spec.output().current().get()));
    }
    commit.writeUnlisted(RunReport.FILE_NAME, report.toBytes());
    commit.writeUnlisted(RunReport.PAGE_NAME, page(spec.output().path(), report, files));
  }

  /** The page of a step, whether it has succeeded or not. */
  static byte[] page(String output, RunReport report, Map<String, byte[]> files) {
    Optional<byte[]> state = Optional.ofNullable(files.get(CalibrationStep.STATE_FILE));
    return ReportPage.of(List.of(source(output, report, files, state)));
  }

  private static ReportSource source(
      String output, RunReport report, Map<String, byte[]> files, Optional<byte[]> state) {
    return ReportSource.of(
        output,
        report.toBytes(),
        Optional.ofNullable(files.get(QuantizedModel.QPARAMS_FILE)),
        state);
  }
}
