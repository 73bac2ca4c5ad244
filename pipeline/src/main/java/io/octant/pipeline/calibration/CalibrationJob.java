package io.octant.pipeline.calibration;

import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorAgreement;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a prepared graph over samples on the executors and merges what its observers saw.
 *
 * <p>The result is a pure function of the multiset of samples: the same for any partitioning and
 * order, for tasks that fail and are tried again, for speculative copies, and for any part of the
 * samples whose state was kept by an earlier run.
 */
public final class CalibrationJob {
  private static final Logger LOG = LoggerFactory.getLogger(CalibrationJob.class);

  /** Tasks for each core, so that those that take longer do not hold up the end. */
  private static final int TASKS_A_CORE = 8;

  private CalibrationJob() {}

  /**
   * Runs over the samples, or over those splits alone that have no kept state yet.
   *
   * @param session the prepared graph, compiled for the samples' fields
   * @param key what the state belongs to
   * @param mixed what to do about executors whose float sums differ
   * @param states folder in which the states of splits are kept, on a file system that all
   *     executors reach; empty keeps none
   * @param present the executors that are there
   * @param expected hears how many samples will be run
   * @throws DataException if there are no samples, or others than when the files were listed
   * @throws io.octant.pipeline.execution.ExecutorException naming the executors if they differ and
   *     that is refused
   * @throws io.octant.pipeline.output.OutputException if states cannot be kept there
   */
  public static <T> KeptCalibration run(
      Samples<T> samples,
      SessionSpec session,
      CalibrationKey key,
      MixedNumerics mixed,
      Optional<String> states,
      SortedSet<ExecutorIdentity> present,
      LongConsumer expected) {
    byte[] empty = PartitionState.empty(key).toBytes();
    CalibrationTask<T> task = new CalibrationTask<>(session, samples.decoder(), empty);
    KeptCalibration calibration;
    if (states.isPresent()) {
      calibration =
          kept(samples.withNamedFiles(), task, key, mixed, states.get(), present, expected);
    } else {
      expected.accept(samples.facts().samples());
      calibration =
          KeptCalibration.anew(StateFold.collect(empty, samples.tasks().mapPartitions(task)));
    }
    samples.requireAllRead(calibration.total().counts(), "calibrate");
    SortedSet<ExecutorIdentity> took = new TreeSet<>(calibration.total().executors());
    if (calibration.splitsReused() > 0) {
      // What was kept was computed as those that are there compute.
      took.addAll(present);
    }
    ExecutorAgreement.require(took, mixed);
    return calibration;
  }

  private static <T> KeptCalibration kept(
      Samples<T> samples,
      CalibrationTask<T> task,
      CalibrationKey key,
      MixedNumerics mixed,
      String folder,
      SortedSet<ExecutorIdentity> present,
      LongConsumer expected) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(samples.records().context());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    try {
      StatePlace place =
          new StatePlace(
              hadoop, folder, StatePlace.key(key, samples.binding(), task.session().batch()).hex());
      List<KeptSplit> splits = splits(samples);
      SortedSet<Numerics> numerics = new TreeSet<>();
      present.forEach(e -> numerics.add(e.numerics()));
      StateLookup kept = StateLookup.run(context, place, key, splits, numerics, mixed);
      kept.damaged().forEach(message -> LOG.warn("{}; it is made anew", message));
      List<Integer> missing =
          IntStream.range(0, splits.size()).filter(i -> !kept.found().contains(i)).boxed().toList();
      expected.accept(missing.stream().mapToLong(i -> splits.get(i).rows()).sum());
      PartitionState computed =
          missing.isEmpty()
              ? PartitionState.empty(key)
              : compute(samples, task, place, missing, context.defaultParallelism());
      int lost = lost(place, splits, missing, computed);
      return new KeptCalibration(
          StateFold.sum(kept.reused(), computed),
          computed.counts().samples(),
          missing.size(),
          kept.found().size(),
          lost,
          kept.damaged());
    } finally {
      hadoop.destroy();
    }
  }

  /** Splits that were run and whose states the driver does not find. */
  private static int lost(
      StatePlace place, List<KeptSplit> splits, List<Integer> run, PartitionState computed) {
    Set<String> there = new HashSet<>();
    for (Numerics numerics : computed.state().numerics()) {
      place.folder().list(place.numerics(numerics)).forEach(file -> there.add(file.name()));
    }
    int lost = (int) run.stream().filter(i -> !there.contains(splits.get(i).file())).count();
    if (lost > 0) {
      LOG.warn(
          "{} of {} states are not to be found in {}, expected a folder that all executors reach",
          lost,
          run.size(),
          place.path());
    }
    return lost;
  }

  private static <T> PartitionState compute(
      Samples<T> samples,
      CalibrationTask<T> task,
      StatePlace place,
      List<Integer> missing,
      int cores) {
    List<KeptSplit> splits = missing.stream().map(splits(samples)::get).toList();
    JavaRDD<byte[]> states =
        samples
            .records(missing)
            .mapPartitionsWithIndex(new KeepingTask<>(task, place, splits), false);
    // A task takes several splits, one after the other, and hands on what they saw together.
    JavaRDD<byte[]> folded =
        states
            .coalesce(Math.min(missing.size(), Math.max(1, cores) * TASKS_A_CORE))
            .mapPartitions(each -> List.of(StateFold.of(task.empty(), each).toBytes()).iterator());
    return StateFold.collect(task.empty(), folded);
  }

  private static List<KeptSplit> splits(Samples<?> samples) {
    if (samples.splits().isEmpty()) {
      throw new DataException(
          "Cannot keep states of "
              + samples.description()
              + ": it cannot tell its splits, expected files, or no key calibration.states");
    }
    return samples.splits().stream().map(KeptSplit::of).toList();
  }
}
