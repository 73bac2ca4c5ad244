package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.kernels.binding.NativeException;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.pipeline.data.CauseChain;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.StorageException;
import io.octant.pipeline.execution.ExecutorException;
import io.octant.pipeline.execution.RunException;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.OutputUnavailableException;
import io.octant.pipeline.validation.GateException;
import io.octant.quantization.mapform.ConfigurationException;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.jspecify.annotations.Nullable;

/**
 * What made a run fail, as its caller should see it: the one place that tells kinds of failures
 * apart.
 *
 * @param kind what to do about it
 * @param message one line
 * @param thrown the failure that counts: the outermost that Octant reports on purpose, as Spark
 *     wraps those of tasks; else what was thrown
 */
public record Failure(Kind kind, String message, Throwable thrown) {

  /** What a caller can do about a failure. */
  public enum Kind {
    /** Change what the run was asked to do: its configuration, or the place for its output. */
    USAGE,
    /** Change the model or the data. */
    INPUT,
    /** Accept a worse model, or find a better quantization. */
    GATE,
    /** Try again, with more memory or on a cluster that works: storage, network, Spark, a fault. */
    OTHER
  }

  /** Finds out about what a run threw. */
  public static Failure of(Throwable thrown) {
    Optional<OctantException> ofFiles =
        thrown instanceof OctantException ? Optional.empty() : FileFailure.find(thrown);
    if (ofFiles.isPresent()) {
      return reported(ofFiles.get());
    }
    @Nullable Throwable error = null;
    for (Throwable t : CauseChain.of(thrown)) {
      if (t instanceof OctantException reported) {
        return reported(reported);
      }
      if (t instanceof Error) {
        error = t;
      }
    }
    return new Failure(
        Kind.OTHER,
        error == null ? ofException(thrown) : ofError(error),
        error == null ? thrown : error);
  }

  private static Failure reported(OctantException e) {
    return new Failure(kind(e), firstLine(e), e);
  }

  private static Kind kind(OctantException e) {
    if (e instanceof OutputUnavailableException
        || e instanceof StorageException
        || e instanceof RunException
        || isOfTheNativeLibrary(e)) {
      return Kind.OTHER;
    }
    if (e instanceof OutputException
        || e instanceof ConfigurationException
        || e instanceof ExecutorException) {
      return Kind.USAGE;
    }
    if (e instanceof GateException) {
      return Kind.GATE;
    }
    // Whatever else refuses on purpose met something in the model or the data.
    return Kind.INPUT;
  }

  /** A library that is not there; a kernel that is not there is the model's. */
  private static boolean isOfTheNativeLibrary(OctantException e) {
    return e instanceof NativeException && !(e instanceof UnsupportedKernelException);
  }

  private static String ofException(Throwable e) {
    return e.getClass().getName().startsWith("org.apache.spark.")
        ? "Cannot complete the Spark job: " + firstLine(e)
        : e.getClass().getSimpleName() + ": " + firstLine(e);
  }

  private static String ofError(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return "Cannot complete the run: out of memory ("
          + firstLine(e)
          + "), expected a larger heap (spark.driver.memory, spark.executor.memory, or -Xmx)";
    }
    if (e instanceof StackOverflowError) {
      return "Cannot complete the run: the stack is exhausted, expected a larger one (-Xss)"
          + " or a graph that nests less";
    }
    if (e instanceof FSError && e.getCause() != null) {
      return "Cannot complete the run: "
          + firstLine(e.getCause())
          + ", expected a local disk that works";
    }
    if (e instanceof LinkageError) {
      return "Cannot complete the run: "
          + e.getClass().getSimpleName()
          + " ("
          + firstLine(e)
          + "), expected the libraries that Octant was built with";
    }
    return e.getClass().getSimpleName() + ": " + firstLine(e);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? "no message"
        : message.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
  }

  /** What the run throws on: exceptions that Java would have declared are wrapped. */
  RuntimeException toThrow() {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException r ? r : new RunException(message, thrown);
  }
}
