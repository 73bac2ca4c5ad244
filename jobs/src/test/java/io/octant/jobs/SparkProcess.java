package io.octant.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A class of Spark in a process of its own, on the class path that a Spark distribution would have.
 * Needs what {@code mvn package} leaves in the target folder, so only integration tests use it.
 */
final class SparkProcess implements AutoCloseable {

  static final Path OCTANT_JAR = Path.of("target/octant.jar").toAbsolutePath();
  private static final Path HOME = Path.of("target/spark-home").toAbsolutePath();
  private static final Path CLASS_PATH = Path.of("target/spark.classpath");
  private static final Path JVM_OPTIONS = Path.of("target/launcher/jvm.args");

  private final Process process;
  private final Path log;

  private SparkProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts {@code mainClass}; both of its streams go to a file in {@code folder}. */
  static SparkProcess start(Path folder, String mainClass, List<String> arguments)
      throws IOException {
    return start(folder, mainClass, arguments, Map.of());
  }

  /** The same with more environment variables; executors inherit those of their worker. */
  static SparkProcess start(
      Path folder, String mainClass, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Path home = sparkHome();
    Path log = Files.createTempFile(folder, mainClass + "-", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + JVM_OPTIONS.toAbsolutePath());
    command.addAll(List.of("-cp", home.resolve("jars") + "/*", mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new SparkProcess(builder.start(), log);
  }

  /** Submits Octant, as {@code spark-submit --class io.octant.jobs.Main octant.jar} does. */
  static SparkProcess submit(Path folder, List<String> sparkOptions, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(sparkOptions);
    all.addAll(List.of("--class", "io.octant.jobs.Main", OCTANT_JAR.toString()));
    all.addAll(arguments);
    return start(folder, "org.apache.spark.deploy.SparkSubmit", all);
  }

  /** Waits for the end and gives the exit code. */
  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new AssertionError("Still running after 5 minutes:\n" + log());
    }
    return process.exitValue();
  }

  /** Waits until the log holds {@code text}. */
  void awaitLog(String text) throws IOException, InterruptedException {
    for (int tries = 0; tries < 600; tries++) {
      if (log().contains(text)) {
        return;
      }
      if (!process.isAlive()) {
        break;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("No \"" + text + "\" in the log:\n" + log());
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** A folder with {@code jars}, which is all of a Spark distribution that its scripts need. */
  private static Path sparkHome() throws IOException {
    Path jars = HOME.resolve("jars");
    Files.createDirectories(jars);
    for (String jar : Files.readString(CLASS_PATH).strip().split(":")) {
      Path link = jars.resolve(Path.of(jar).getFileName());
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of(jar));
      }
    }
    return HOME;
  }
}
