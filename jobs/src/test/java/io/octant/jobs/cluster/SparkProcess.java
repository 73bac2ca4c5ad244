package io.octant.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Octant submitted in a process of its own, on the class path that a Spark distribution would have.
 * Needs what {@code mvn package} leaves in the target folder, so only integration tests use it.
 */
public final class SparkProcess implements AutoCloseable {
  private static final Path OCTANT_JAR = Path.of("target/octant.jar").toAbsolutePath();
  private static final Path CLASS_PATH = Path.of("target/spark.classpath");
  private static final Path JVM_OPTIONS = Path.of("target/launcher/jvm.args");

  private final Process process;
  private final Path log;

  private SparkProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Submits Octant, as {@code spark-submit --class io.octant.jobs.Main octant.jar} does.
   *
   * @param folder gets the log of both streams
   * @param sparkOptions those of spark-submit
   * @param arguments Octant's
   */
  public static SparkProcess submit(Path folder, List<String> sparkOptions, List<String> arguments)
      throws IOException {
    return submit(folder, List.of(), sparkOptions, arguments);
  }

  /** The same with more places for classes of the driver. */
  public static SparkProcess submit(
      Path folder, List<Path> classes, List<String> sparkOptions, List<String> arguments)
      throws IOException {
    List<String> command = sparkSubmit(classes);
    command.addAll(sparkOptions);
    command.addAll(List.of("--class", "io.octant.jobs.Main", OCTANT_JAR.toString()));
    command.addAll(arguments);
    Path log = Files.createTempFile(folder, "job-", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new SparkProcess(builder.start(), log);
  }

  /** The jar of Octant that is submitted. */
  public static Path jar() {
    return OCTANT_JAR;
  }

  /**
   * Writes a program {@code spark-submit} that does what the one of a Spark distribution does.
   *
   * @param folder where it goes, for a {@code PATH}
   */
  public static void writeSparkSubmit(Path folder) throws IOException {
    StringBuilder line = new StringBuilder("#!/bin/sh\nSPARK_LOCAL_IP=127.0.0.1 exec");
    sparkSubmit(List.of()).forEach(word -> line.append(" '").append(word).append('\''));
    Path script = folder.resolve("spark-submit");
    Files.writeString(script, line.append(" \"$@\"\n"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> sparkSubmit(List<Path> classes) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Jobs of seconds: compiling them well costs more than it gains.
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("@" + JVM_OPTIONS.toAbsolutePath());
    StringBuilder classPath = new StringBuilder(Files.readString(CLASS_PATH).strip());
    classes.forEach(place -> classPath.append(':').append(place));
    command.addAll(List.of("-cp", classPath.toString()));
    command.add("org.apache.spark.deploy.SparkSubmit");
    return command;
  }

  /** Waits for the end and gives the exit code; of a process that a signal ended, 128 more. */
  public int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      throw new AssertionError("Still running after 10 minutes:\n" + log());
    }
    return process.exitValue();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal, such as {@code KILL}. */
  public void signal(String name) throws IOException, InterruptedException {
    Signals.send(name, process.pid());
  }

  /** What it has written so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
