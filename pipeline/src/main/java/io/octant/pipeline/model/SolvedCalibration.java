package io.octant.pipeline.model;

import io.octant.OctantException;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.ValueRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
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
  private static final int VERSION = 1;

  public SolvedCalibration {
    ranges = Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
  }

  /** Nothing is solved yet: each observer searches when it is asked. */
  public static SolvedCalibration unsolved(CalibrationState state) {
    return new SolvedCalibration(state, new TreeMap<>());
  }

  /** The form that travels to the executors. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeInt(ranges.size());
      for (Map.Entry<String, ValueRange> e : ranges.entrySet()) {
        out.writeUTF(e.getKey());
        out.writeFloat(e.getValue().min());
        out.writeFloat(e.getValue().max());
      }
      out.write(state.toBytes());
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
  public static SolvedCalibration fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new OctantException(
            "Cannot read solved calibration: version " + version + ", expected " + VERSION);
      }
      SortedMap<String, ValueRange> ranges = new TreeMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        ranges.put(in.readUTF(), new ValueRange(in.readFloat(), in.readFloat()));
      }
      return new SolvedCalibration(
          CalibrationState.fromBytes("a solved calibration", in.readAllBytes()), ranges);
    } catch (IOException e) {
      throw new OctantException(
          "Cannot read solved calibration: truncated at " + bytes.length + " bytes", e);
    }
  }
}
