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

/** What a job is told: it quantizes digits-resnet from the data of the bench. */
final class JobSetup {
  private static final Path CONFIGURATION = Path.of("../conf/examples/digits-resnet.conf");

  private final FaultBench bench;
  private final Path folder;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, Object> hadoop = new LinkedHashMap<>();
  private String output;

  JobSetup(FaultBench bench, Path folder) throws IOException {
    this.bench = bench;
    this.folder = Files.createDirectories(folder);
    this.output = folder.resolve("out").toString();
    data("faulty://" + bench.data());
    set("data.batch", 8).set("data.partitions", FaultBench.DAYS);
    set("data.evaluation.limit", 100_000).set("data.calibration.limit", 100_000);
  }

  /** Opening a file's data takes so long. */
  JobSetup slow(int millis) {
    return hadoop(FaultyFileSystem.DELAY_MILLIS, millis);
  }

  JobSetup data(String data) {
    set("data.calibration.path", data + "/calibration");
    return set("data.evaluation.path", data + "/evaluation");
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
    Job job = new Job(CONFIGURATION.toRealPath(), assignments());
    return new EmbeddedJob(bench, output, spark, job, List.copyOf(hadoop.keySet()));
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
        new ArrayList<>(List.of("--verbose", "quantize", CONFIGURATION.toRealPath().toString()));
    assignments().forEach(assignment -> arguments.addAll(List.of("--set", assignment)));
    return new SubmittedJob(
        bench, output, SparkProcess.submit(folder, List.of(bench.classes()), options, arguments));
  }

  private List<String> assignments() {
    List<String> all = new ArrayList<>();
    settings.forEach((key, value) -> all.add(key + "=" + value));
    all.add("output.path=" + output);
    return all;
  }
}
