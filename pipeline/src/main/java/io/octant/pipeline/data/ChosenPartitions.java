package io.octant.pipeline.data;

import java.io.Serializable;
import java.util.Collection;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import scala.runtime.AbstractFunction1;

/** Some partitions of an RDD, of which tasks are made for these alone. */
public final class ChosenPartitions {
  private ChosenPartitions() {}

  /**
   * The partitions with the given indices, in the order that they have.
   *
   * @param indices those that there are not are left out
   */
  public static <T> JavaRDD<T> of(JavaRDD<T> records, Collection<Integer> indices) {
    RDD<T> all = records.rdd();
    return new PartitionPruningRDD<>(all, new Among(Set.copyOf(indices)), all.elementClassTag())
        .toJavaRDD();
  }

  /** Partitions by index; travels with the tasks, hence serializable. */
  private static final class Among extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Set<Integer> indices;

    Among(Set<Integer> indices) {
      this.indices = indices;
    }

    @Override
    public Object apply(Object index) {
      return indices.contains(index);
    }
  }
}
