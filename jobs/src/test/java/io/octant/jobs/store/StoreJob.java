package io.octant.jobs.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.JobProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Quantizes digits-resnet in a process of its own, from and to wherever. */
final class StoreJob {
  private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();
  static final Path MODEL = EXAMPLES.resolve("models/digits-resnet/model.onnx");
  static final Path TRAIN = EXAMPLES.resolve("digits/train.parquet");
  static final Path TEST = EXAMPLES.resolve("digits/test.parquet");

  private final Path folder;
  private final String furtherJars;
  private final Map<String, String> environment;

  /**
   * @param folder for logs
   * @param furtherJars with colons between them
   * @param environment further variables, such as credentials
   */
  StoreJob(Path folder, String furtherJars, Map<String, String> environment) {
    this.folder = folder;
    this.furtherJars = furtherJars;
    this.environment = environment;
  }

  /** How a job has ended, and all that it said. */
  record End(int exitCode, String log) {}

  /** From the files of the repository. */
  End local(Path output) throws Exception {
    return run(List.of(), output.toString());
  }

  /** From copies below {@code base}. */
  End at(String base, String output, List<String> assignments) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.path=" + base + "/model.onnx",
                "data.calibration.path=" + base + "/train.parquet",
                "data.evaluation.path=" + base + "/test.parquet"));
    all.addAll(assignments);
    return run(all, output);
  }

  private End run(List<String> assignments, String output) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("quantize", "../conf/examples/digits-resnet.conf", "--verbose"));
    words.addAll(List.of("--master", "local[2]", "-o", output));
    List<String> all = new ArrayList<>(assignments);
    all.addAll(List.of("data.calibration.limit=128", "data.evaluation.limit=200"));
    all.forEach(a -> words.addAll(List.of("--set", a)));
    Path log = Files.createTempFile(folder, "job-", ".log");
    Process job = JobProcess.start(log, furtherJars, environment, words);
    try {
      if (!job.waitFor(8, TimeUnit.MINUTES)) {
        throw new AssertionError("Still running:\n" + Files.readString(log));
      }
      return new End(job.exitValue(), Files.readString(log));
    } finally {
      job.destroyForcibly();
    }
  }

  static JsonNode json(byte[] bytes) throws IOException {
    return new ObjectMapper().readTree(bytes);
  }
}
