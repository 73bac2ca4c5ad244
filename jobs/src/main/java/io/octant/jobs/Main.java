package io.octant.jobs;

import io.octant.jobs.console.Console;

/** Entry point of the launcher and of spark-submit. */
public final class Main {

  private Main() {}

  /**
   * Runs the command line and ends the process with an {@link ExitCode}. In a driver that a cluster
   * manager has started (deploy mode cluster) it returns or throws instead, for an exit would hide
   * the outcome from the manager.
   *
   * @throws JobFailedException in deploy mode cluster, if the exit code were not zero
   */
  public static void main(String[] args) {
    CommandLineRun run = CommandLineRun.of(Console.ofProcess(), args);
    if (!"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(run.exitCode());
    }
    run.throwIfFailed();
  }
}
