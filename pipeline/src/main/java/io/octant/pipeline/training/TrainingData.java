package io.octant.pipeline.training;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.data.Samples;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The samples of a training in blocks, decoded, cached on the executors: in memory as far as Spark
 * has room, on their disks beyond that, and read anew where an executor is lost. Which samples are
 * in a block is no matter of partitions.
 *
 * @param blocks number and rows of each block
 * @param plan which of them a step takes
 * @param counts what was read
 */
record TrainingData(
    JavaRDD<Tuple2<Long, byte[]>> blocks, BatchPlan plan, RowLayout layout, DataCounts counts)
    implements AutoCloseable {

  /**
   * Reads all samples.
   *
   * @param partitions of the cached blocks, at most
   * @throws DataException if the source cannot tell in which order its samples are, or they are too
   *     few
   */
  static <T> TrainingData of(Samples<T> samples, TrainingSettings settings, int partitions) {
    if (samples.splits().isEmpty()) {
      throw new DataException(
          "Cannot train on "
              + samples.description()
              + ": it cannot tell the order of its samples, expected files that name no others");
    }
    RowLayout layout = new RowLayout(samples.fields());
    SampleDecoder<T> decoder = samples.decoder();
    JavaRDD<byte[]> rows =
        samples
            .records()
            .mapPartitions(
                (Iterator<T> records) -> (Iterator<byte[]>) new Rows<>(records, decoder, layout))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Tuple2<Long, byte[]>> read =
          rows.mapPartitions((Iterator<byte[]> each) -> List.of(last(each)).iterator()).collect();
      DataCounts counts = DataCounts.NONE;
      List<Long> begins = new ArrayList<>();
      for (Tuple2<Long, byte[]> split : read) {
        begins.add(counts.samples());
        counts = counts.plus(DataCounts.read(new ByteSource("counts", split._2())));
      }
      samples.requireAllRead(counts, "train");
      BatchPlan plan = BatchPlan.of(counts.samples(), layout.rowBytes(), settings);
      JavaRDD<Tuple2<Long, byte[]>> blocks =
          shuffled(rows, begins, plan, (int) Math.min(partitions, plan.blocks()))
              .persist(StorageLevel.MEMORY_AND_DISK());
      // All of them now: the rows as they were read can go then.
      blocks.count();
      return new TrainingData(blocks, plan, layout, counts);
    } finally {
      rows.unpersist(false);
    }
  }

  /** The last of some rows, and how many there are. */
  private static Tuple2<Long, byte[]> last(Iterator<byte[]> rows) {
    long count = 0;
    byte[] row = new byte[0];
    while (rows.hasNext()) {
      row = rows.next();
      count++;
    }
    return new Tuple2<>(count, row);
  }

  private static JavaRDD<Tuple2<Long, byte[]>> shuffled(
      JavaRDD<byte[]> rows, List<Long> begins, BatchPlan plan, int partitions) {
    JavaRDD<Tuple2<Long, byte[]>> numbered =
        rows.mapPartitionsWithIndex(
            (split, each) -> new Numbered(each, place -> plan.number(begins.get(split) + place)),
            true);
    return JavaPairRDD.fromJavaRDD(numbered)
        .repartitionAndSortWithinPartitions(new ByBlock(plan.blockRows(), partitions))
        .mapPartitions(sorted -> new Blocks(sorted, plan.blockRows()));
  }

  /**
   * The partitions that have the blocks of a step.
   *
   * @return ascending
   */
  List<Integer> partitions(long step) {
    return plan.step(step).stream()
        .map(each -> (int) (each.block() % blocks.getNumPartitions()))
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    blocks.unpersist(false);
  }

  /** Decoded samples of a split, then what was counted. */
  private static final class Rows<T> implements Iterator<byte[]> {
    private final Batches<T> batches;
    private final RowLayout layout;
    private boolean isOver;

    Rows(Iterator<T> records, SampleDecoder<T> decoder, RowLayout layout) {
      this.batches = new Batches<>(records, decoder, layout.fields(), 1);
      this.layout = layout;
    }

    @Override
    public boolean hasNext() {
      return !isOver;
    }

    @Override
    public byte[] next() {
      if (isOver) {
        throw new NoSuchElementException();
      }
      if (batches.hasNext()) {
        Batch one = batches.next();
        return layout.row(one);
      }
      isOver = true;
      ByteSink counts = new ByteSink();
      batches.counts().write(counts);
      return counts.toBytes();
    }
  }

  /** Rows with their numbers; without the counts at the end. */
  private static final class Numbered implements Iterator<Tuple2<Long, byte[]>> {
    private final Iterator<byte[]> rows;
    private final LongFunction<Long> number;
    private byte[] next;
    private long place;

    Numbered(Iterator<byte[]> rows, LongFunction<Long> number) {
      this.rows = rows;
      this.number = number;
      this.next = rows.next();
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Tuple2<Long, byte[]> next() {
      byte[] row = next;
      next = rows.next();
      return new Tuple2<>(number.apply(place++), row);
    }
  }

  /** By number to blocks, by block to partitions. */
  private static final class ByBlock extends Partitioner implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int blockRows;
    private final int partitions;

    ByBlock(int blockRows, int partitions) {
      this.blockRows = blockRows;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object number) {
      return (int) ((Long) number / blockRows % partitions);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof ByBlock b && b.blockRows == blockRows && b.partitions == partitions;
    }

    @Override
    public int hashCode() {
      return 31 * blockRows + partitions;
    }
  }

  /** Rows in the order of their numbers as blocks. */
  private static final class Blocks implements Iterator<Tuple2<Long, byte[]>> {
    private final Iterator<Tuple2<Long, byte[]>> rows;
    private final int blockRows;
    private @Nullable Tuple2<Long, byte[]> first;

    Blocks(Iterator<Tuple2<Long, byte[]>> rows, int blockRows) {
      this.rows = rows;
      this.blockRows = blockRows;
      this.first = rows.hasNext() ? rows.next() : null;
    }

    @Override
    public boolean hasNext() {
      return first != null;
    }

    @Override
    public Tuple2<Long, byte[]> next() {
      Tuple2<Long, byte[]> row = first;
      if (row == null) {
        throw new NoSuchElementException();
      }
      long block = row._1() / blockRows;
      ByteArrayOutputStream out = new ByteArrayOutputStream(row._2().length * blockRows);
      while (row != null && row._1() / blockRows == block) {
        out.writeBytes(row._2());
        row = rows.hasNext() ? rows.next() : null;
      }
      first = row;
      return new Tuple2<>(block, out.toByteArray());
    }
  }
}
