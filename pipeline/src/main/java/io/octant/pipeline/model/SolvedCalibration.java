package io.octant.pipeline.model;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.ValueRange;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A calibration state and the ranges that the driver solved from it, so that executors need not
 * search again. Its bytes are what a run broadcasts; they live as long as a job.
 *
 * @param state what the observers saw
 * @param ranges by observer path; not every observer has one
 */
public record SolvedCalibration(CalibrationState state, SortedMap<String, ValueRange> ranges) {
  private static final Envelope ENVELOPE = new Envelope("solved calibration", "OCTSOLVD", 3);

  public SolvedCalibration {
    ranges = Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
  }

  /** Nothing is solved yet: each observer searches when it is asked. */
  public static SolvedCalibration unsolved(CalibrationState state) {
    return new SolvedCalibration(state, new TreeMap<>());
  }

  /** The form that travels to the executors. */
  public byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          out.block(rangeBytes());
          out.block(state.toBytes());
        });
  }

  /** The ranges alone, to travel beside a state that several share. */
  public byte[] rangeBytes() {
    ByteSink out = new ByteSink();
    out.varint(ranges.size());
    ranges.forEach(
        (path, range) -> {
          out.text(path);
          range.write(out);
        });
    return out.toBytes();
  }

  /**
   * What {@link #rangeBytes} wrote, beside the state.
   *
   * @throws io.octant.OctantException if the bytes are of another version or damaged
   */
  public static SolvedCalibration of(byte[] state, byte[] ranges) {
    ByteSource in = new ByteSource(ENVELOPE.thing(), ranges);
    SortedMap<String, ValueRange> read = new TreeMap<>();
    for (int n = in.count(1 + 2 * Float.BYTES); n > 0; n--) {
      read.put(in.text(), ValueRange.read(in));
    }
    in.requireEnd();
    return new SolvedCalibration(CalibrationState.fromBytes("of " + ENVELOPE.thing(), state), read);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws io.octant.OctantException if the bytes are of another version or damaged
   */
  public static SolvedCalibration fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    byte[] ranges = in.block();
    byte[] state = in.block();
    in.requireEnd();
    return of(state, ranges);
  }
}
