package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.store.RequestFaults;
import io.octant.jobs.store.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** An S3 endpoint with data, model, kept states and output, that fails some requests. */
final class StoreFaults {
  private static final String BASE = "s3a://" + S3Server.BUCKET;

  private StoreFaults() {}

  static List<Fault> kinds() {
    return List.of(
        kind("s3-busy", "S3 answers some requests with 503", RequestFaults.Kind.BUSY),
        kind("s3-slow", "S3 answers some requests late", RequestFaults.Kind.SLOW),
        kind("s3-cut", "S3 ends some answers in mid-object", RequestFaults.Kind.CUT),
        kind(
            "s3-lost", "S3 does what it is asked, some answers are lost", RequestFaults.Kind.LOST));
  }

  private static Fault kind(String name, String meaning, RequestFaults.Kind kind) {
    return new Fault(
        name, meaning, (bench, folder, random) -> failing(bench, folder, random, kind));
  }

  private static Outcome failing(
      FaultBench bench, Path folder, Random random, RequestFaults.Kind kind) throws Exception {
    S3Server store = bench.store();
    String run = folder.getFileName() + "-" + random.nextInt(Integer.MAX_VALUE);
    JobSetup setup =
        bench
            .job(folder)
            .data(BASE)
            .set("model.path", BASE + "/model.onnx")
            .set("calibration.states", BASE + "/" + run + "/states")
            .output(BASE + "/" + run + "/out");
    store.propertiesWithKeys().forEach(setup::hadoop);
    RequestFaults faults =
        new RequestFaults(kind, 0.02 + 0.2 * random.nextDouble(), random.nextLong());
    store.proxy().make(faults);
    int code;
    try (EmbeddedJob job = setup.start(Place.LOCAL)) {
      code = job.exitCode();
      store.proxy().make(RequestFaults.NEVER);
      assertThat(faults.made()).as("Requests that went wrong").isPositive();
      if (code == 0) {
        requireExpected(bench, store, run + "/out/");
        return Outcome.SAME_BYTES;
      }
      assertThat(code).as(job.log()).isEqualTo(1);
      assertThat(job.message()).startsWith("Cannot ").contains("s3a://");
    } finally {
      store.proxy().make(RequestFaults.NEVER);
    }
    try (EmbeddedJob again = setup.start(Place.LOCAL)) {
      assertThat(again.exitCode()).as(again.log()).isZero();
    }
    requireExpected(bench, store, run + "/out/");
    return Outcome.CLEAR_ERROR;
  }

  private static void requireExpected(FaultBench bench, S3Server store, String output)
      throws Exception {
    for (String file : FaultedJob.FILES) {
      assertThat(store.get(output + file))
          .as(file)
          .isEqualTo(Files.readAllBytes(bench.expected().resolve(file)));
    }
  }
}
