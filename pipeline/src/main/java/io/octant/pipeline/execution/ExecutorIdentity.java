package io.octant.pipeline.execution;

import io.octant.calibration.Numerics;
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
 * @param host where it runs
 * @param numerics what its float sums depend on
 * @param int8 how it ran the layers of an int8 graph
 */
public record ExecutorIdentity(String id, String host, Numerics numerics, Int8Kernels int8)
    implements Comparable<ExecutorIdentity> {
  private static final Comparator<ExecutorIdentity> ORDER =
      Comparator.comparing(ExecutorIdentity::id)
          .thenComparing(ExecutorIdentity::host)
          .thenComparing(ExecutorIdentity::numerics)
          .thenComparing(ExecutorIdentity::int8);

  /** The executor that the caller runs in, as far as a float graph goes. */
  public static ExecutorIdentity current(Numerics numerics) {
    return current(numerics, Int8Kernels.NONE);
  }

  /** The executor that the caller runs in. */
  public static ExecutorIdentity current(Numerics numerics, Int8Kernels int8) {
    SparkEnv env = SparkEnv.get();
    return new ExecutorIdentity(
        env.executorId(), env.blockManager().blockManagerId().host(), numerics, int8);
  }

  static String nameOfCurrent() {
    return current(Numerics.UNKNOWN).name();
  }

  /** Instruction set that its engine uses. */
  public String isa() {
    return numerics.isa();
  }

  /** {@code 3 (host.example)}. */
  public String name() {
    return id + " (" + host + ")";
  }

  /** Writes what {@link #readAll} reads. */
  public static void writeAll(SortedSet<ExecutorIdentity> executors, DataOutput out)
      throws IOException {
    out.writeInt(executors.size());
    for (ExecutorIdentity e : executors) {
      out.writeUTF(e.id);
      out.writeUTF(e.host);
      out.writeUTF(e.numerics.engine());
      out.writeUTF(e.numerics.isa());
      out.writeUTF(e.numerics.library());
      out.writeUTF(e.numerics.caches());
      out.writeInt(e.numerics.kernels());
      out.writeInt(e.int8.fast());
      out.writeInt(e.int8.exact());
      out.writeInt(e.int8.reference());
    }
  }

  /** Reads what {@link #writeAll} wrote. */
  public static SortedSet<ExecutorIdentity> readAll(DataInput in) throws IOException {
    SortedSet<ExecutorIdentity> executors = new TreeSet<>();
    int n = in.readInt();
    for (int i = 0; i < n; i++) {
      executors.add(
          new ExecutorIdentity(
              in.readUTF(),
              in.readUTF(),
              new Numerics(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readInt()),
              new Int8Kernels(in.readInt(), in.readInt(), in.readInt())));
    }
    return executors;
  }

  @Override
  public int compareTo(ExecutorIdentity other) {
    return ORDER.compare(this, other);
  }
}
