package io.octant.pipeline.data.splits;

import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The bottom of a plan that reads files with code of our own. As planned it has one partition,
 * which reads nothing; {@link PlannedRows} gives it those that it is to read.
 *
 * @param <T> the rows
 */
public final class PieceRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final PieceReader<T> reader;

  /** Rows that a reader gives. */
  public PieceRdd(SparkContext context, PieceReader<T> reader) {
    super(
        context,
        CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(Object.class));
    this.reader = reader;
  }

  @Override
  public Partition[] getPartitions() {
    return new Partition[] {new Pieces(0, List.of())};
  }

  @Override
  public scala.collection.Iterator<T> compute(Partition partition, TaskContext context) {
    return CollectionConverters.asScala(
        new Chain<>(((Pieces) partition).pieces().iterator(), reader::read));
  }

  /** Pieces of files, read one behind the other. */
  record Pieces(int index, List<Piece> pieces) implements Partition {
    Pieces {
      pieces = List.copyOf(pieces);
    }
  }
}
