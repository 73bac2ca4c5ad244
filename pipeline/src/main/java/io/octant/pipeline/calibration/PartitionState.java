package io.octant.pipeline.calibration;

import io.octant.OctantException;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What calibration knows after some of the samples; a commutative monoid under {@link #merge} with
 * {@link #empty} as its neutral element.
 *
 * <p>The bytes are what a task sends to the next: magic, version, digest, counts, executors, then
 * path and {@link TensorStatistics#toBytes statistics} of each observer in the order of paths. They
 * live as long as a job; the file format of a finished calibration is another.
 *
 * @param graphDigest the prepared graph that was run; states of different graphs do not merge
 * @param counts samples and values read
 * @param executors where the samples were run
 * @param statistics by observer module path
 */
public record PartitionState(
    String graphDigest,
    DataCounts counts,
    SortedSet<ExecutorIdentity> executors,
    SortedMap<String, TensorStatistics> statistics) {
  private static final int MAGIC = 0x4F435053; // "OCPS"
  private static final int VERSION = 1;

  public PartitionState {
    executors = Collections.unmodifiableSortedSet(new TreeSet<>(executors));
    statistics = Collections.unmodifiableSortedMap(new TreeMap<>(statistics));
  }

  /** Nothing seen. */
  public static PartitionState empty(String graphDigest) {
    return new PartitionState(graphDigest, DataCounts.NONE, new TreeSet<>(), new TreeMap<>());
  }

  /** What this and another state saw together. */
  public PartitionState merge(PartitionState other) {
    if (!graphDigest.equals(other.graphDigest)) {
      throw new OctantException(
          "Cannot merge calibration state of graph "
              + other.graphDigest
              + ", expected one of graph "
              + graphDigest);
    }
    SortedSet<ExecutorIdentity> ids = new TreeSet<>(executors);
    ids.addAll(other.executors);
    SortedMap<String, TensorStatistics> merged = new TreeMap<>();
    addAll(statistics, merged);
    addAll(other.statistics, merged);
    return new PartitionState(graphDigest, counts.plus(other.counts), ids, merged);
  }

  private static void addAll(
      Map<String, TensorStatistics> from, Map<String, TensorStatistics> into) {
    from.forEach((path, s) -> into.computeIfAbsent(path, p -> new TensorStatistics()).merge(s));
  }

  /** Equal states have equal bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeUTF(graphDigest);
      out.writeLong(counts.samples());
      out.writeLong(counts.nanValues());
      out.writeLong(counts.infiniteValues());
      out.writeLong(counts.nonFiniteSamples());
      ExecutorIdentity.writeAll(executors, out);
      out.writeInt(statistics.size());
      for (Map.Entry<String, TensorStatistics> e : statistics.entrySet()) {
        byte[] state = e.getValue().toBytes();
        out.writeUTF(e.getKey());
        out.writeInt(state.length);
        out.write(state);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws OctantException if the bytes are of another version or damaged
   */
  public static PartitionState fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int magic = in.readInt();
      int version = in.readInt();
      if (magic != MAGIC || version != VERSION) {
        throw new OctantException(
            "Cannot read partition state: version " + version + ", expected " + VERSION);
      }
      String graphDigest = in.readUTF();
      DataCounts counts =
          new DataCounts(in.readLong(), in.readLong(), in.readLong(), in.readLong());
      SortedSet<ExecutorIdentity> executors = ExecutorIdentity.readAll(in);
      SortedMap<String, TensorStatistics> statistics = new TreeMap<>();
      int observers = in.readInt();
      for (int i = 0; i < observers; i++) {
        String path = in.readUTF();
        statistics.put(path, TensorStatistics.fromBytes(in.readNBytes(in.readInt())));
      }
      return new PartitionState(graphDigest, counts, executors, statistics);
    } catch (IOException e) {
      throw new OctantException(
          "Cannot read partition state: truncated at " + bytes.length + " bytes", e);
    }
  }
}
