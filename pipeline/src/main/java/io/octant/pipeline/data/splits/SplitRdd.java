package io.octant.pipeline.data.splits;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** The rows of another RDD, asked for partitions of our own. */
final class SplitRdd extends RDD<InternalRow> {
  private static final long serialVersionUID = 1L;

  private final RDD<InternalRow> rows;
  private final int ordinal;
  private final transient List<Reads> reads;
  private final AfterRead check;

  SplitRdd(RDD<InternalRow> rows, int ordinal, List<Reads> reads, AfterRead check) {
    super(
        rows.sparkContext(),
        CollectionConverters.asScala(List.<Dependency<?>>of(new Below(rows))).toSeq(),
        ClassTag$.MODULE$.apply(InternalRow.class));
    this.rows = rows;
    this.ordinal = ordinal;
    this.reads = List.copyOf(reads);
    this.check = check;
  }

  @Override
  public Partition[] getPartitions() {
    return reads.toArray(Partition[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    List<String> hosts =
        ((Reads) partition)
            .reads().stream()
                .map(Read::partition)
                .filter(FilePartition.class::isInstance)
                .flatMap(p -> Arrays.stream(((FilePartition) p).preferredLocations()))
                .distinct()
                .toList();
    return CollectionConverters.asScala(hosts).toSeq();
  }

  @Override
  public scala.collection.Iterator<InternalRow> compute(Partition partition, TaskContext context) {
    return CollectionConverters.asScala(
        new Chain<>(
            ((Reads) partition).reads().iterator(),
            read -> {
              Iterator<InternalRow> all =
                  CollectionConverters.asJava(rows.iterator(read.partition(), context));
              Iterator<InternalRow> wanted =
                  read.isCut() ? new Cut(all, ordinal, read.from(), read.to()) : all;
              return new Checked(wanted, read.files(), check);
            }));
  }

  /** All partitions of ours are computed without any of the other RDD's own. */
  private static final class Below extends NarrowDependency<InternalRow> {
    private static final long serialVersionUID = 1L;

    Below(RDD<InternalRow> rows) {
      super(rows);
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return CollectionConverters.asScala(List.of()).toSeq();
    }
  }

  /** What one partition reads. */
  record Reads(int index, List<Read> reads) implements Partition {
    Reads {
      reads = List.copyOf(reads);
    }
  }

  /**
   * A partition of the RDD below and which of its rows are wanted.
   *
   * @param files that it reads
   * @param from index in the file of the first row, −1 for all rows
   * @param to index behind the last row
   */
  record Read(Partition partition, List<ListedFile> files, long from, long to)
      implements Serializable {
    Read {
      files = List.copyOf(files);
    }

    static Read all(Partition partition, List<ListedFile> files) {
      return new Read(partition, files, -1, -1);
    }

    boolean isCut() {
      return from >= 0;
    }
  }

  /** Looks at the files again when their rows are over. */
  private static final class Checked implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final List<ListedFile> files;
    private final AfterRead check;
    private boolean isChecked;

    Checked(Iterator<InternalRow> rows, List<ListedFile> files, AfterRead check) {
      this.rows = rows;
      this.files = files;
      this.check = check;
    }

    @Override
    public boolean hasNext() {
      boolean more = rows.hasNext();
      if (!more && !isChecked) {
        isChecked = true;
        files.forEach(check::check);
      }
      return more;
    }

    @Override
    public InternalRow next() {
      return rows.next();
    }
  }

  /** Leaves out rows before, and reads none behind. */
  private static final class Cut implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final int ordinal;
    private final long from;
    private final long to;
    private @Nullable InternalRow next;
    private boolean isOver;

    Cut(Iterator<InternalRow> rows, int ordinal, long from, long to) {
      this.rows = rows;
      this.ordinal = ordinal;
      this.from = from;
      this.to = to;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !isOver && rows.hasNext()) {
        InternalRow row = rows.next();
        long index = row.getLong(ordinal);
        if (index >= from && index < to) {
          next = row;
        }
        isOver = index >= to - 1;
      }
      return next != null;
    }

    @Override
    public InternalRow next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      InternalRow row = next;
      next = null;
      return row;
    }
  }
}
