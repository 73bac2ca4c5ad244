package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Drivers that are killed, and those that are told to end. */
final class DriverFaults {
  private DriverFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault(
            "driver-killed", "SIGKILL to the driver, and the job again", DriverFaults::killed),
        new Fault("driver-terminated", "SIGTERM to the driver", DriverFaults::terminated));
  }

  private static Outcome killed(FaultBench bench, Path folder, Random random) throws Exception {
    Path states = folder.resolve("states");
    JobSetup setup = bench.job(folder).slow(300).set("calibration.states", states);
    bench.stopSession();
    bench.cluster().up();
    try (SubmittedJob job = setup.submit(true)) {
      job.awaitTasks(FaultedJob.CALIBRATION, 1 + random.nextInt(FaultBench.DAYS / 2));
      Thread.sleep(random.nextInt(300));
      job.signal("KILL");
      assertThat(job.exitCode()).as(job.log()).isEqualTo(137);
      // Its claim on the output is left behind, for the next run to take over.
      assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    }
    bench.awaitNoExecutors();
    int kept = kept(states);
    assertThat(kept).isBetween(1, FaultBench.DAYS - 1);
    try (EmbeddedJob again = setup.slow(0).start(Place.LOCAL)) {
      Outcome outcome = again.requireSameBytes();
      JsonNode report = again.report().get("states");
      assertThat(report.get("reused").asInt()).isEqualTo(kept);
      assertThat(report.get("computed").asInt()).isEqualTo(FaultBench.DAYS - kept);
      assertThat(report.get("damaged")).isEmpty();
      return outcome;
    }
  }

  private static Outcome terminated(FaultBench bench, Path folder, Random random) throws Exception {
    String phase = random.nextBoolean() ? FaultedJob.CALIBRATION : FaultedJob.VALIDATION;
    try (SubmittedJob job = bench.job(folder).slow(300).submit(false)) {
      job.awaitTasks(phase, random.nextInt(FaultBench.DAYS / 2));
      Thread.sleep(random.nextInt(300));
      job.signal("TERM");
      return job.requireError(143, "told to stop");
    }
  }

  private static int kept(Path states) throws IOException {
    try (Stream<Path> all = Files.walk(states)) {
      return (int) all.filter(f -> f.toString().endsWith(".octsplit")).count();
    }
  }
}
