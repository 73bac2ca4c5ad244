package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.QuietLog;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code octant report}: results as a page. */
@Command(
    name = "report",
    description =
        "Make a page of results: one file that opens in a browser without a network. Several"
            + " results stand side by side in it.")
final class ReportCommand implements Callable<Integer> {

  private final Console console;

  @ParentCommand OctantCommand parent;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description =
          "Folders of results, on any file system, also of runs that a gate refused; the folder of"
              + " a sweep or an evaluation stands alone.")
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

  @Mixin RunDateOption runDate = new RunDateOption();

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    QuietLog.install(parent.verbosity());
    Configuration hadoop = SparkRuntime.hadoop(new SparkConf(true));
    String page = place(hadoop, "--output", output);
    Optional<String> compared =
        Optional.ofNullable(current).map(text -> place(hadoop, "--current", text));
    List<String> results = folders.stream().map(folder -> place(hadoop, "folder", folder)).toList();
    runDate.dates().requireUsed();
    Optional<Promoted> promoted = compared.flatMap(place -> promoted(hadoop, place));
    List<ReportSource> sources = new ArrayList<>();
    for (String result : results) {
      ReportSource source = ReportSource.read(hadoop, result);
      sources.add(promoted.map(source::comparedWith).orElse(source));
    }
    byte[] html = ReportPage.of(sources);
    WholeFile.at(hadoop, page).replace(html);
    console.out().printf("%s  %,d bytes%n", page, html.length);
    return ExitCode.OK.number();
  }

  private String place(Configuration hadoop, String what, String text) {
    String dated = runDate.dates().in(what, text);
    FileSystems.require(hadoop, what, dated);
    return dated;
  }

  private Optional<Promoted> promoted(Configuration hadoop, String place) {
    Optional<Promoted> promoted = Promoted.read(hadoop, place);
    if (promoted.isEmpty()) {
      console.out().println("Nothing to compare with at " + place);
    }
    return promoted;
  }
}
