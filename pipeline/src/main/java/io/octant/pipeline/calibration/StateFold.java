package io.octant.pipeline.calibration;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.MixedNumerics;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.WorkMeter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Folds states that travel as bytes: each is added to a state that grows as it is read, and what a
 * task has folded is encoded once. Executors may differ in their numerics: whether that is right is
 * asked when all of them are known ({@link io.octant.pipeline.execution.ExecutorAgreement}). Bytes,
 * not objects, pass between tasks, so that the serializer that Spark is set to does not matter.
 *
 * <p>Not thread-safe.
 */
final class StateFold {
  private final CalibrationState state;
  private final TreeSet<ExecutorIdentity> executors;
  private DataCounts counts;

  /** Begins with a state, which grows. */
  StateFold(PartitionState first) {
    state = first.state();
    executors = new TreeSet<>(first.executors());
    counts = first.counts();
  }

  /** What two states saw together; the first is changed. */
  static PartitionState sum(PartitionState first, PartitionState more) {
    StateFold fold = new StateFold(first);
    fold.add(more);
    return fold.total();
  }

  /**
   * What all states saw together.
   *
   * @param empty bytes of the state of nothing
   * @throws io.octant.OctantException if they belong to different models, graphs or configurations
   */
  static PartitionState of(byte[] empty, Iterator<byte[]> states) {
    StateFold fold = new StateFold(PartitionState.fromBytes(empty));
    states.forEachRemaining(fold::add);
    return fold.total();
  }

  /** What was added so far. */
  PartitionState total() {
    return new PartitionState(state, counts, executors);
  }

  /** Adds what another state saw; this fold is unchanged if they do not belong together. */
  void add(PartitionState more) {
    state.merge(more.state(), MixedNumerics.ACCEPT);
    counts = counts.plus(more.counts());
    executors.addAll(more.executors());
  }

  /** Adds what a state saw; this fold is of no further use if that fails. */
  private void add(byte[] bytes) {
    WorkMeter.shared()
        .merging(
            () -> {
              PartitionState.Parts more = PartitionState.Parts.of(bytes);
              state.mergePacked(more.state());
              counts = counts.plus(more.counts());
              return executors.addAll(more.executors());
            });
  }

  /**
   * Folds the states of a job, each partition of which has one: in groups on the executors if there
   * are many, the rest on the driver.
   */
  static PartitionState collect(byte[] empty, JavaRDD<byte[]> states) {
    return of(empty, grouped(empty, states).collect().iterator());
  }

  private static JavaRDD<byte[]> grouped(byte[] empty, JavaRDD<byte[]> states) {
    int partitions = states.getNumPartitions();
    int groups = (int) Math.ceil(Math.sqrt(partitions));
    if (partitions <= 2 * groups) {
      return states;
    }
    JavaRDD<Tuple2<Integer, byte[]>> numbered =
        states.mapPartitionsWithIndex((i, each) -> numbered(i % groups, each), true);
    return JavaPairRDD.fromJavaRDD(numbered)
        .partitionBy(new HashPartitioner(groups))
        .values()
        .mapPartitions(group -> List.of(of(empty, group).toBytes()).iterator());
  }

  private static Iterator<Tuple2<Integer, byte[]>> numbered(int group, Iterator<byte[]> states) {
    List<Tuple2<Integer, byte[]>> out = new ArrayList<>();
    states.forEachRemaining(bytes -> out.add(new Tuple2<>(group, bytes)));
    return out.iterator();
  }
}
