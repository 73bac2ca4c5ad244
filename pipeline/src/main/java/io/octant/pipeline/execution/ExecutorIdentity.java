package io.octant.pipeline.execution;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.calibration.Numerics;
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
  /** Six texts and four numbers. */
  private static final int MIN_BYTES = 10;

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

  /** Writes executors for the next task. */
  public static void writeAll(SortedSet<ExecutorIdentity> executors, ByteSink out) {
    out.varint(executors.size());
    for (ExecutorIdentity e : executors) {
      out.text(e.id);
      out.text(e.host);
      e.numerics.write(out);
      out.varint(e.int8.fast());
      out.varint(e.int8.exact());
      out.varint(e.int8.reference());
    }
  }

  /** Reads what {@link #writeAll} wrote. */
  public static SortedSet<ExecutorIdentity> readAll(ByteSource in) {
    SortedSet<ExecutorIdentity> executors = new TreeSet<>();
    int n = in.count(MIN_BYTES);
    for (int i = 0; i < n; i++) {
      executors.add(
          new ExecutorIdentity(
              in.text(),
              in.text(),
              Numerics.read(in),
              new Int8Kernels(
                  in.varint31("fast layers"),
                  in.varint31("exact layers"),
                  in.varint31("reference layers"))));
    }
    return executors;
  }

  @Override
  public int compareTo(ExecutorIdentity other) {
    return ORDER.compare(this, other);
  }
}
