package io.octant.jobs.faults;

import io.octant.jobs.Job;
import io.octant.jobs.cluster.SparkProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** What a job is told: which model it quantizes, from which data. */
final class JobSetup {
  private final FaultBench bench;
  private final Path folder;
  private final Path configuration;
  private final Path expected;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, Object> hadoop = new LinkedHashMap<>();
  private String command = "quantize";
  private String output;

  /**
   * A job that is like the one that nothing disturbed.
   *
   * @param folder for its files; made
   * @param configuration of both
   * @param expected the output of the one that nothing disturbed
   */
  JobSetup(FaultBench bench, Path folder, Path configuration, Path expected) throws IOException {
    this.bench = bench;
    this.folder = Files.createDirectories(folder);
    this.configuration = configuration.toRealPath();
    this.expected = expected;
    this.output = folder.resolve("out").toString();
    set("data.partitions", FaultBench.DAYS);
  }

  /** Opening a file's data takes so long. */
  JobSetup slow(int millis) {
    return hadoop(FaultyFileSystem.DELAY_MILLIS, millis);
  }

  JobSetup data(String data) {
    set("data.calibration.path", data + "/calibration");
    return set("data.evaluation.path", data + "/evaluation");
  }

  /** What is done with the configuration, of a job that is submitted. */
  JobSetup command(String name) {
    this.command = name;
    return this;
  }

  JobSetup output(String uri) {
    this.output = uri;
    return this;
  }

  JobSetup set(String key, Object value) {
    settings.put(key, value);
    return this;
  }

  /** A property of Hadoop. */
  JobSetup hadoop(String key, Object value) {
    hadoop.put(key, value);
    return this;
  }

  /** Starts it in this process; one after the other, or several of the same properties. */
  EmbeddedJob start(Place place) throws Exception {
    SparkSession spark = bench.session(place);
    hadoop.forEach(
        (key, value) -> spark.sparkContext().hadoopConfiguration().set(key, String.valueOf(value)));
    Job job = new Job(configuration, assignments());
    return new EmbeddedJob(expected, output, spark, job, List.copyOf(hadoop.keySet()));
  }

  /** Submits it in a process of its own, to the cluster or with a Spark of one thread in it. */
  SubmittedJob submit(boolean onCluster) throws IOException {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spark.master", onCluster ? bench.cluster().url() : "local[1]");
    properties.put("spark.ui.enabled", false);
    properties.put("spark.hadoop.fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.forEach((key, value) -> properties.put("spark.hadoop." + key, value));
    if (onCluster) {
      properties.put("spark.executor.memory", "700m");
      properties.put("spark.executor.extraClassPath", bench.classes());
      properties.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }
    List<String> options = new ArrayList<>();
    properties.forEach((key, value) -> options.addAll(List.of("--conf", key + "=" + value)));
    List<String> arguments =
        new ArrayList<>(List.of("--verbose", command, configuration.toString()));
    assignments().forEach(assignment -> arguments.addAll(List.of("--set", assignment)));
    return new SubmittedJob(
        expected,
        output,
        SparkProcess.submit(folder, List.of(bench.classes()), options, arguments));
  }

  private List<String> assignments() {
    List<String> all = new ArrayList<>();
    settings.forEach((key, value) -> all.add(key + "=" + value));
    all.add("output.path=" + output);
    return all;
  }
}
