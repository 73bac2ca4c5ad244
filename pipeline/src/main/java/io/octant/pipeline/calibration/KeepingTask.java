package io.octant.pipeline.calibration;

import io.octant.pipeline.data.DataException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;

/**
 * Runs the prepared graph over one split and keeps its state before it is handed on: what a job has
 * finished when it is killed is there for the next.
 *
 * @param task runs the graph
 * @param place where the state goes
 * @param splits one a partition
 * @param <T> the records of the source
 */
record KeepingTask<T>(CalibrationTask<T> task, StatePlace place, List<KeptSplit> splits)
    implements Function2<Integer, Iterator<T>, Iterator<byte[]>> {

  @Override
  public Iterator<byte[]> call(Integer partition, Iterator<T> records) {
    KeptSplit split = splits.get(partition);
    PartitionState seen = task.observe(records);
    if (KeptSplit.rows(seen.counts()) != split.rows()) {
      throw new DataException(
          "Cannot keep the state of "
              + split.identity()
              + ": "
              + KeptSplit.rows(seen.counts())
              + " rows read, expected the "
              + split.rows()
              + " that its files held at the beginning");
    }
    place.keep(split, seen);
    return List.of(seen.toBytes()).iterator();
  }
}
