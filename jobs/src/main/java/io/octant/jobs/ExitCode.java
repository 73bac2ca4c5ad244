package io.octant.jobs;

import io.octant.OctantException;
import io.octant.jobs.config.ConfigurationException;
import io.octant.onnx.OnnxException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.execution.ExecutorException;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.validation.GateException;
import java.util.Optional;

/** What the process tells its caller. The numbers are an interface: schedulers branch on them. */
public enum ExitCode {
  /** The job did what it was asked to. */
  OK(0),
  /** Anything that none of the others names. */
  FAILED(1),
  /**
   * The command line or the configuration cannot be carried out, the place for the output included.
   */
  USAGE(2),
  /** The model or the data cannot be used. */
  INPUT(3),
  /** The int8 model does not reach what the configuration asks of it. */
  GATE(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number that the process ends with. */
  public int number() {
    return number;
  }

  /**
   * The code of a failure: that of the outermost failure in its chain of causes that Octant
   * reports.
   */
  public static ExitCode of(Throwable failure) {
    return reported(failure).map(ExitCode::ofReported).orElse(FAILED);
  }

  /**
   * The outermost failure in the chain of causes that Octant reports on purpose; Spark wraps those
   * of tasks.
   */
  static Optional<OctantException> reported(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OctantException reported) {
        return Optional.of(reported);
      }
    }
    return Optional.empty();
  }

  private static ExitCode ofReported(OctantException failure) {
    if (failure instanceof ConfigurationException
        || failure instanceof io.octant.quantization.mapform.ConfigurationException
        || failure instanceof ExecutorException
        || failure instanceof OutputException) {
      return USAGE;
    }
    if (failure instanceof OnnxException || failure instanceof DataException) {
      return INPUT;
    }
    return failure instanceof GateException ? GATE : FAILED;
  }
}
