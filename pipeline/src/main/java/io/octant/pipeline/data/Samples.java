package io.octant.pipeline.data;

import io.octant.pipeline.data.splits.Split;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/**
 * Samples that are ready to be read on the executors. They can be read in two ways: by {@link
 * #tasks}, as many as a run wants, or by {@link #splits}, which are the same in every run over the
 * same files, so that what was computed from one can be kept and found again.
 *
 * @param records opaque records, one partition for each split, in this order; their memory may be
 *     reused from one record to the next
 * @param splits what each partition of {@code records} reads; empty if the source cannot tell it,
 *     so that nothing computed from a partition can be kept
 * @param naming the splits of records that name further files, which have to be looked at before a
 *     split can be told from others ({@link #withNamedFiles}); else empty
 * @param tasks the same records in the partitions that a run wants; batches go across the splits of
 *     a task
 * @param binding tells how records become samples: the columns, their conversion, the inputs. Equal
 *     texts and equal splits are equal samples
 * @param decoder turns a record into the values of a sample
 * @param fields what the decoder fills, in the order of the model's inputs
 * @param description where the data is, for messages
 * @param facts what the source is made of
 * @param <T> the records of the source
 */
public record Samples<T>(
    JavaRDD<T> records,
    List<Split> splits,
    List<Split> naming,
    JavaRDD<T> tasks,
    String binding,
    SampleDecoder<T> decoder,
    List<SampleField> fields,
    String description,
    DataFacts facts) {
  public Samples {
    splits = List.copyOf(splits);
    naming = List.copyOf(naming);
    fields = List.copyOf(fields);
  }

  /**
   * The same samples, whose splits can be told from others also where records name further files:
   * those are looked at in a job of Spark's, and again when they have been read.
   *
   * @throws StorageException if their storage does not answer
   */
  public Samples<T> withNamedFiles() {
    if (naming.isEmpty()) {
      return this;
    }
    NamedContents<T> known = NamedContents.of(records, naming, decoder, description);
    return new Samples<>(
        known.records(),
        known.splits(),
        List.of(),
        tasks,
        binding,
        decoder,
        fields,
        description,
        facts);
  }

  /**
   * The records of some splits, one partition for each.
   *
   * @param indices of the splits, ascending
   */
  public JavaRDD<T> records(List<Integer> indices) {
    return ChosenPartitions.of(records, indices);
  }

  /** All records in one partition, in the order of files and rows, which is not that of tasks. */
  public JavaRDD<T> inOrder() {
    return records.rdd().coalesce(1, false, Option.apply(new AllInOrder()), null).toJavaRDD();
  }

  /** How many tasks there are. */
  public int partitions() {
    return tasks.getNumPartitions();
  }

  /**
   * The same samples, refusing labels that are no class.
   *
   * @param classes number of classes; empty if it is not known
   */
  public Samples<T> withClasses(OptionalInt classes) {
    return new Samples<>(
        records,
        splits,
        naming,
        tasks,
        binding,
        decoder.withClasses(classes),
        fields,
        description,
        facts);
  }

  /**
   * Checks that there is something to read.
   *
   * @param purpose verb of the message, such as {@code calibrate}
   * @throws DataException if there is no sample
   */
  public Samples<T> requireSome(String purpose) {
    if (facts.samples() == 0) {
      throw new DataException(
          "Cannot " + purpose + " on " + description + ": no samples in it, expected at least one");
    }
    return this;
  }

  /**
   * Checks that a job has seen every row once, those left out included, and kept one.
   *
   * @param purpose verb of the message, such as {@code calibrate}
   * @throws DataException if there are none, or others than there were when the files were listed
   */
  public void requireAllRead(DataCounts counts, String purpose) {
    requireSome(purpose);
    long rows = counts.rows();
    if (rows != facts.samples()) {
      throw new DataException(
          "Cannot "
              + purpose
              + " on "
              + description
              + ": "
              + rows
              + " samples read, expected the "
              + facts.samples()
              + " that its files held at the beginning");
    }
    if (counts.samples() == 0) {
      if (counts.damaged().count() > 0) {
        throw new DataException(
            "Cannot "
                + purpose
                + " on "
                + description
                + ": all rows that are to be read are damaged, "
                + counts.damaged().count()
                + " of "
                + rows
                + ", such as "
                + counts.damaged().named().get(0)
                + ", expected at least one that is not");
      }
      throw noneKept(purpose, rows);
    }
  }

  /**
   * Checks before anything is computed that a row is kept: reads up to the first that is.
   *
   * @param purpose verb of the message, such as {@code calibrate}
   * @throws DataException if filter, sample and split leave out all
   */
  public Samples<T> requireKept(String purpose) {
    if (tasks.mapPartitions(new AnyKept<>(decoder)).isEmpty()) {
      throw noneKept(purpose, facts.samples());
    }
    return this;
  }

  private DataException noneKept(String purpose, long rows) {
    return new DataException(
        "Cannot "
            + purpose
            + " on "
            + description
            + ": filter, sample and split leave out all "
            + rows
            + " rows, expected at least one that they keep");
  }

  /** Something of a partition that has a sample, nothing of others. */
  private record AnyKept<T>(SampleDecoder<T> decoder)
      implements FlatMapFunction<Iterator<T>, Boolean> {
    @Override
    public Iterator<Boolean> call(Iterator<T> rows) {
      while (rows.hasNext()) {
        if (decoder.isSample(rows.next())) {
          return List.of(true).iterator();
        }
      }
      return Collections.emptyIterator();
    }
  }

  /** Spark's own way would put those first whose place it knows. */
  private static final class AllInOrder implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionGroup[] coalesce(int most, RDD<?> parent) {
      PartitionGroup all = new PartitionGroup(Option.empty());
      for (Partition partition : parent.partitions()) {
        all.partitions().addOne(partition);
      }
      return new PartitionGroup[] {all};
    }
  }
}
