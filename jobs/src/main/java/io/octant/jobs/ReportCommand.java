package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.output.WholeFile;
import io.octant.pipeline.report.ReportPage;
import io.octant.pipeline.report.ReportSource;
import io.octant.pipeline.report.ReportSource.Promoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant report}: results as a page. */
@Command(
    name = "report",
    description =
        "Make a page of results: one file that opens in a browser without a network. Several"
            + " results stand side by side in it.")
final class ReportCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description =
          "Folders of quantize, calibrate, convert or validate, on any file system; also of runs"
              + " that a gate refused.")
  List<String> folders;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The page; replaced if it is there. Default ${DEFAULT-VALUE}.")
  String output;

  @Option(
      names = "--current",
      paramLabel = "PLACE",
      description =
          "A place of promote: shows how far values have moved from those behind what is current.")
  @Nullable String current;

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Configuration hadoop = SparkRuntime.hadoop(new SparkConf(true));
    FileSystems.require(hadoop, "--output", output);
    Optional<Promoted> promoted = promoted(hadoop);
    List<ReportSource> sources = new ArrayList<>();
    for (String folder : folders) {
      FileSystems.require(hadoop, "folder", folder);
      ReportSource source = ReportSource.read(hadoop, folder);
      sources.add(promoted.map(source::comparedWith).orElse(source));
    }
    byte[] page = ReportPage.of(sources);
    WholeFile.at(hadoop, output).replace(page);
    console.out().printf("%s  %,d bytes%n", output, page.length);
    return ExitCode.OK.number();
  }

  private Optional<Promoted> promoted(Configuration hadoop) {
    if (current == null) {
      return Optional.empty();
    }
    FileSystems.require(hadoop, "--current", current);
    Optional<Promoted> promoted = Promoted.read(hadoop, current);
    if (promoted.isEmpty()) {
      console.out().println("Nothing to compare with at " + current);
    }
    return promoted;
  }
}
