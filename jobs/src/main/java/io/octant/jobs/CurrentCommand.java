package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.report.PromotionText;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.CurrentResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant current}: which result is to be used. */
@Command(name = "current", description = "Print which result a place of promote has as current.")
final class CurrentCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "PLACE", description = "The folder, on any file system.")
  String place;

  @Option(names = "--history", description = "Print all promotions, the last one first.")
  boolean history;

  @Option(names = "--json", description = "Print the document current.json.")
  boolean json;

  CurrentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Configuration hadoop = SparkRuntime.hadoop(new SparkConf(true));
    FileSystems.require(hadoop, "PLACE", place);
    CurrentFolder folder = CurrentFolder.at(hadoop, place);
    Optional<CurrentResult> current = folder.read();
    if (current.isEmpty()) {
      throw new DataException(
          "Cannot find what is current at %s: nothing was promoted there, expected %s"
              .formatted(place, CurrentResult.FILE_NAME));
    }
    if (history) {
      console.out().print(PromotionText.of(folder.history()));
    } else if (json) {
      console.out().print(new String(current.get().toBytes(), StandardCharsets.UTF_8));
    } else {
      console.out().print(PromotionText.of(current.get()));
    }
    return ExitCode.OK.number();
  }
}
