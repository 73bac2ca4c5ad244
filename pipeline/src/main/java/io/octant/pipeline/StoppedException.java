package io.octant.pipeline;

import io.octant.pipeline.execution.RunException;

/** The process was told to end while a run was under way; the run has said so already. */
public final class StoppedException extends RunException {
  private static final long serialVersionUID = 1L;

  StoppedException(Throwable cause) {
    super("Cannot complete the run: told to stop", cause);
  }
}
