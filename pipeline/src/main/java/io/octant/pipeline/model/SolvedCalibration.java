package io.octant.pipeline.model;

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
  private static final Envelope ENVELOPE = new Envelope("solved calibration", "OCTSOLVD", 2);

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
          out.varint(ranges.size());
          ranges.forEach(
              (path, range) -> {
                out.text(path);
                range.write(out);
              });
          out.block(state.toBytes());
        });
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws io.octant.OctantException if the bytes are of another version or damaged
   */
  public static SolvedCalibration fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    SortedMap<String, ValueRange> ranges = new TreeMap<>();
    int count = in.count(1 + 2 * Float.BYTES);
    for (int i = 0; i < count; i++) {
      ranges.put(in.text(), ValueRange.read(in));
    }
    CalibrationState state = CalibrationState.fromBytes("of " + in.thing(), in.block());
    in.requireEnd();
    return new SolvedCalibration(state, ranges);
  }
}
