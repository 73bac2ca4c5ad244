package io.octant.pipeline.calibration;

import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorAgreement;
import io.octant.pipeline.execution.SessionSpec;
import org.apache.spark.api.java.JavaRDD;

/**
 * Runs a prepared graph over samples on the executors and merges what its observers saw.
 *
 * <p>The result is a pure function of the multiset of samples: the same for any partitioning and
 * order, for tasks that fail and are tried again, and for speculative copies.
 */
public final class CalibrationJob {
  private CalibrationJob() {}

  /**
   * Runs one Spark job.
   *
   * @param session the prepared graph, compiled for the samples' fields
   * @param key what the state belongs to
   * @param mixed what to do about executors whose float sums differ
   * @throws DataException if there are no samples, or others than when the files were listed
   * @throws io.octant.OctantException naming the executors if they differ and that is refused
   */
  public static <T> PartitionState run(
      Samples<T> samples, SessionSpec session, CalibrationKey key, MixedNumerics mixed) {
    byte[] empty = PartitionState.empty(key).toBytes();
    JavaRDD<byte[]> states =
        samples.tasks().mapPartitions(new CalibrationTask<>(session, samples.decoder(), empty));
    PartitionState merged = StateFold.collect(empty, states);
    samples.requireAllRead(merged.counts(), "calibrate");
    ExecutorAgreement.require(merged.executors(), mixed);
    return merged;
  }
}
