package io.octant.pipeline.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a job knows after some of the samples; a commutative monoid under {@link StateFold} with
 * {@link #empty} as its neutral element.
 *
 * <p>The bytes are what a task sends to the next: counts, executors, and the {@link
 * CalibrationState} packed. They live as long as a job; only the calibration state goes to disk, in
 * its own format.
 *
 * @param state what the observers saw; not to be changed
 * @param counts samples and values read
 * @param executors where the samples were run
 */
public record PartitionState(
    CalibrationState state, DataCounts counts, SortedSet<ExecutorIdentity> executors) {
  private static final Envelope ENVELOPE = new Envelope("partition state", "OCTPARTS", 5);

  public PartitionState {
    executors = Collections.unmodifiableSortedSet(new TreeSet<>(executors));
  }

  /** Nothing seen. */
  public static PartitionState empty(CalibrationKey key) {
    return new PartitionState(new CalibrationState(key), DataCounts.NONE, new TreeSet<>());
  }

  /** Equal states have equal bytes. */
  public byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          counts.write(out);
          ExecutorIdentity.writeAll(executors, out);
          out.block(state.toPackedBytes());
        });
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws OctantException if the bytes are of another version or damaged
   */
  public static PartitionState fromBytes(byte[] bytes) {
    Parts parts = Parts.of(bytes);
    CalibrationState state = CalibrationState.fromPackedBytes(parts.state);
    return new PartitionState(state, parts.counts, parts.executors);
  }

  /**
   * What stands in the bytes of a partition state.
   *
   * @param state packed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Parts(DataCounts counts, SortedSet<ExecutorIdentity> executors, byte[] state) {
    static Parts of(byte[] bytes) {
      ByteSource in = ENVELOPE.open(bytes).content();
      Parts parts = new Parts(DataCounts.read(in), ExecutorIdentity.readAll(in), in.block());
      in.requireEnd();
      return parts;
    }
  }
}
