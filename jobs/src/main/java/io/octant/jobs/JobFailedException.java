package io.octant.jobs;

import io.octant.OctantException;
import org.jspecify.annotations.Nullable;

/** Tells a cluster manager that the command failed, in place of an exit code. */
public final class JobFailedException extends OctantException {
  private static final long serialVersionUID = 1L;

  JobFailedException(int exitCode, @Nullable Throwable cause) {
    super(
        "Cannot complete command: exit code %d%s"
            .formatted(exitCode, cause == null ? "" : ", " + cause.getMessage()));
    if (cause != null) {
      initCause(cause);
    }
  }
}
