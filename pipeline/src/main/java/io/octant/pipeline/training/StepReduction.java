package io.octant.pipeline.training;

import io.octant.pipeline.execution.WorkMeter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Brings what the tasks of a step have found to the driver. */
final class StepReduction {
  /** Results that the driver adds up by itself. */
  private static final int FEW = 16;

  private StepReduction() {}

  /** In groups on the executors if there are many, the rest on the driver. */
  static List<byte[]> collect(JavaRDD<byte[]> results) {
    int partitions = results.getNumPartitions();
    if (partitions <= FEW) {
      return results.collect();
    }
    int groups = (int) Math.ceil(Math.sqrt(partitions));
    JavaRDD<Tuple2<Integer, byte[]>> numbered =
        results.mapPartitionsWithIndex((i, each) -> numbered(i % groups, each), true);
    return JavaPairRDD.fromJavaRDD(numbered)
        .partitionBy(new HashPartitioner(groups))
        .values()
        .mapPartitions(group -> List.of(sum(group)).iterator())
        .collect();
  }

  private static Iterator<Tuple2<Integer, byte[]>> numbered(int group, Iterator<byte[]> results) {
    List<Tuple2<Integer, byte[]>> out = new ArrayList<>();
    results.forEachRemaining(bytes -> out.add(new Tuple2<>(group, bytes)));
    return out.iterator();
  }

  private static byte[] sum(Iterator<byte[]> results) {
    return WorkMeter.shared()
        .merging(
            () -> {
              StepTotals out = new StepTotals();
              results.forEachRemaining(bytes -> out.add(StepTotals.fromBytes(bytes)));
              return out.toBytes();
            });
  }
}
