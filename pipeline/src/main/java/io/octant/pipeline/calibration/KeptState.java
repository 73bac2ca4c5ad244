package io.octant.pipeline.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataCounts;
import java.util.Collections;

/**
 * What the observers saw of one split of the data, as it is kept from run to run; {@code
 * docs/format/calibration-state.md} draws its bytes. It names no executor, time or place: equal
 * splits under equal keys have equal bytes.
 *
 * @param key digest of what the state depends on besides the split, see {@link StatePlace}
 * @param split the identity of the split
 * @param counts samples and values read
 * @param state what the observers saw; not to be changed
 */
public record KeptState(Digest key, String split, DataCounts counts, CalibrationState state) {
  private static final Envelope ENVELOPE = new Envelope("kept state", "OCTSPLIT", 1, 2);

  /** The form on disk: of version 1 unless rows are damaged. */
  public byte[] toBytes() {
    boolean damaged = counts.damaged().count() > 0;
    return ENVELOPE.seal(
        damaged ? 2 : 1,
        out -> {
          out.raw(key.raw());
          out.text(split);
          if (damaged) {
            counts.write(out);
          } else {
            counts.writeNumbers(out);
          }
          out.block(state.toBytes());
        });
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param source where the bytes come from, named in errors
   * @throws OctantException if the bytes are no kept state, truncated, corrupt or of another
   *     version
   */
  public static KeptState fromBytes(String source, byte[] bytes) {
    Envelope.Opened opened = ENVELOPE.open(source, bytes);
    ByteSource in = opened.content();
    Digest key = Digest.ofRaw(in.raw(Digest.BYTES));
    String split = in.text();
    DataCounts counts = opened.version() == 1 ? DataCounts.readNumbers(in) : DataCounts.read(in);
    CalibrationState state = CalibrationState.fromBytes("of " + in.thing(), in.block());
    in.requireEnd();
    return new KeptState(key, split, counts, state);
  }

  /** What it adds to a calibration; no executor of this run has part in it. */
  PartitionState asPartition() {
    return new PartitionState(state, counts, Collections.emptySortedSet());
  }

  /** Whether bytes begin as those of a kept state do. */
  public static boolean isIn(byte[] bytes) {
    return ENVELOPE.isAround(bytes);
  }
}
