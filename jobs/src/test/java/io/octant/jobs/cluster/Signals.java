package io.octant.jobs.cluster;

import java.io.IOException;

/** Signals to processes that a test has started. */
public final class Signals {
  private Signals() {}

  /** Sends a signal by its name without SIG; a process that has ended already is no error. */
  public static void send(String signal, long pid) throws IOException, InterruptedException {
    // The shell's own: a machine may lack the program.
    new ProcessBuilder("bash", "-c", "kill -" + signal + " " + pid)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
