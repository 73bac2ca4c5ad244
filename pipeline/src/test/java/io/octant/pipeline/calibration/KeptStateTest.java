package io.octant.pipeline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.data.DamagedRows;
import io.octant.pipeline.data.DataCounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The bytes of a kept state. */
class KeptStateTest {

  /** Writes the golden file of the present version: a path. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), state().toBytes());
  }

  private static KeptState state() {
    TensorStatistics seen = new TensorStatistics();
    seen.update(new float[] {1.5f, -2, 0, Float.NaN, 7});
    CalibrationState state =
        new CalibrationState(
            new CalibrationKey(
                Digest.of(new byte[1]), Digest.of(new byte[2]), Digest.of(new byte[3])));
    state.addNumerics(new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1));
    state.addSamples(new SampleCounts(5, 1, 0));
    state.add("layer1.activation_post_process_0", seen);
    return new KeptState(
        Digest.of(new byte[4]),
        "hdfs:///data/day=1/a.parquet 4096 1700000000000 rows 0 to 6",
        new DataCounts(5, 1, 0, 1, 0, 1),
        state);
  }

  @Test
  void theFirstVersionStaysReadable() throws IOException {
    byte[] golden;
    try (InputStream in = KeptStateTest.class.getResourceAsStream("kept-state-v1.bin")) {
      golden = Objects.requireNonNull(in).readAllBytes();
    }
    assertThat(KeptState.isIn(golden)).isTrue();
    assertThat(KeptState.fromBytes("golden", golden)).isEqualTo(state());
    assertThat(state().toBytes()).isEqualTo(golden);
  }

  private static KeptState withDamagedRows() {
    KeptState state = state();
    DamagedRows damaged = new DamagedRows(30, List.of("a row 1: column 'x': null"));
    return new KeptState(
        state.key(), state.split(), new DataCounts(5, 1, 0, 1, 0, 1, damaged), state.state());
  }

  @Test
  void damagedRowsAreKept() {
    KeptState kept = withDamagedRows();
    assertThat(KeptState.fromBytes("kept", kept.toBytes())).isEqualTo(kept);
    assertThat(KeptSplit.rows(kept.counts())).isEqualTo(36);
  }

  @Test
  void everyChangedByteAndEveryCutIsNoticed() {
    everyChangedByteAndEveryCutIsNoticed(state().toBytes());
    everyChangedByteAndEveryCutIsNoticed(withDamagedRows().toBytes());
  }

  private static void everyChangedByteAndEveryCutIsNoticed(byte[] whole) {
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      byte[] cut = Arrays.copyOf(whole, i);
      for (byte[] bytes : new byte[][] {changed, cut}) {
        assertThatThrownBy(() -> KeptState.fromBytes("/states/x", bytes))
            .as("byte %d", i)
            .isInstanceOf(OctantException.class)
            .hasMessageContaining("kept state /states/x");
      }
    }
    assertThat(KeptState.isIn(state().state().toBytes())).isFalse();
  }
}
