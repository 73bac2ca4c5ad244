package io.octant.pipeline.execution;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;

/**
 * An executor that took part.
 *
 * @param id Spark's executor id, "driver" in local mode
 * @param isa instruction set that its engine uses
 */
public record ExecutorIdentity(String id, String isa) implements Comparable<ExecutorIdentity> {
  private static final Comparator<ExecutorIdentity> ORDER =
      Comparator.comparing(ExecutorIdentity::id).thenComparing(ExecutorIdentity::isa);

  /** The executor that the caller runs in. */
  public static ExecutorIdentity current(String isa) {
    return new ExecutorIdentity(SparkEnv.get().executorId(), isa);
  }

  public static void writeAll(SortedSet<ExecutorIdentity> executors, DataOutput out)
      throws IOException {
    out.writeInt(executors.size());
    for (ExecutorIdentity e : executors) {
      out.writeUTF(e.id);
      out.writeUTF(e.isa);
    }
  }

  public static SortedSet<ExecutorIdentity> readAll(DataInput in) throws IOException {
    SortedSet<ExecutorIdentity> executors = new TreeSet<>();
    int n = in.readInt();
    for (int i = 0; i < n; i++) {
      executors.add(new ExecutorIdentity(in.readUTF(), in.readUTF()));
    }
    return executors;
  }

  @Override
  public int compareTo(ExecutorIdentity other) {
    return ORDER.compare(this, other);
  }
}
