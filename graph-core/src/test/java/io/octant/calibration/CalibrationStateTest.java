package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Laws, layout and refusals of the calibration state. */
class CalibrationStateTest {
  private static final CalibrationKey KEY =
      new CalibrationKey(digest("model"), digest("graph"), digest("observers"));
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/octant/calibration/calibration-state-v1.bin");

  private static Digest digest(String of) {
    return Digest.of(of.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The state of one micro-batch: three kinds of statistics of two observers. */
  private static CalibrationState ofBatch(long batch, Random random) {
    CalibrationState s = new CalibrationState(KEY);
    float[] values = new float[50];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 3 == 0 ? 0 : (float) (random.nextGaussian() * Math.exp(random.nextInt(5)));
    }
    values[7] = Float.NaN;
    TensorStatistics t = new TensorStatistics();
    t.update(values);
    s.addTensor("activation_post_process_0", t);
    s.addTensor("layer1.activation_post_process_1", t);
    s.addChannels(
        "equalization",
        new ChannelRanges(
            new float[] {values[1], -values[2]}, new float[] {values[1] + 1, 9 - values[2]}));
    s.addBatches("moving", BatchExtrema.of(batch, t.min(), t.max()));
    s.addSamples(new SampleCounts(32, 1, 0));
    return s;
  }

  private static CalibrationState merged(CalibrationState a, CalibrationState b) {
    CalibrationState out = a.copy();
    out.merge(b);
    return out;
  }

  @Property(tries = 50)
  void anyOrderAndTreeOfMergesGivesOneHash(
      @ForAll @IntRange(min = 1, max = 9) int n, @ForAll long seed) {
    List<CalibrationState> parts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      parts.add(ofBatch(i, new Random(seed + i)));
    }
    CalibrationState inOrder = new CalibrationState(KEY);
    parts.forEach(inOrder::merge);
    Random random = new Random(seed);
    Collections.shuffle(parts, random);
    while (parts.size() > 1) {
      CalibrationState a = parts.remove(random.nextInt(parts.size()));
      CalibrationState b = parts.remove(random.nextInt(parts.size()));
      parts.add(CalibrationState.fromBytes("part", merged(a, b).toBytes()));
    }
    assertThat(parts.get(0).toBytes()).isEqualTo(inOrder.toBytes());
    assertThat(parts.get(0).sha256()).isEqualTo(inOrder.sha256());
    assertThat(parts.get(0)).isEqualTo(inOrder).hasSameHashCodeAs(inOrder);
  }

  @Test
  void theEmptyStateIsNeutral() {
    CalibrationState a = ofBatch(0, new Random(1));
    CalibrationState empty = new CalibrationState(KEY);
    assertThat(empty.isEmpty()).isTrue();
    assertThat(merged(a, empty).toBytes()).isEqualTo(a.toBytes());
    assertThat(merged(empty, a).toBytes()).isEqualTo(a.toBytes());
    assertThat(CalibrationState.fromBytes("empty", empty.toBytes())).isEqualTo(empty);
  }

  @Test
  void statesOfDifferentDigestsDoNotMerge() {
    CalibrationState a = new CalibrationState(KEY);
    CalibrationKey other = new CalibrationKey(KEY.model(), digest("other"), KEY.observers());
    assertThatThrownBy(() -> a.merge(new CalibrationState(other)))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot merge calibration states: prepared graph "
                + digest("other")
                + ", expected "
                + digest("graph"));
  }

  @Test
  void aBatchThatIsInBothStatesIsRefusedAndNothingChanges() {
    CalibrationState a = ofBatch(3, new Random(1));
    byte[] before = a.toBytes();
    assertThatThrownBy(() -> a.merge(ofBatch(3, new Random(2))))
        .hasMessage("Cannot merge batch extrema: batch 3 is in both, expected it once");
    assertThat(a.toBytes()).isEqualTo(before);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = ofBatch(0, new Random(1)).toBytes();
    for (int n = 0; n < whole.length; n++) {
      byte[] cut = Arrays.copyOf(whole, n);
      assertThatThrownBy(() -> CalibrationState.fromBytes("cut.bin", cut))
          .isInstanceOf(OctantException.class)
          .hasMessageStartingWith("Cannot read calibration state cut.bin: ");
    }
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] whole = ofBatch(0, new Random(1)).toBytes();
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      assertThatThrownBy(() -> CalibrationState.fromBytes("flipped.bin", flipped))
          .isInstanceOf(OctantException.class);
    }
  }

  @Test
  void anUnknownVersionIsRefusedByNumber() {
    byte[] bytes = ofBatch(0, new Random(1)).toBytes();
    bytes[8] = 7;
    assertThatThrownBy(() -> CalibrationState.fromBytes("new.bin", bytes))
        .hasMessage("Cannot read calibration state new.bin: version 7, expected 1");
  }

  /** What the golden file holds; {@code -Doctant.writeGolden=true} writes it anew. */
  private static CalibrationState golden() {
    CalibrationState s = new CalibrationState(KEY);
    TensorStatistics t = new TensorStatistics();
    t.update(
        new float[] {0, -0f, 1, 1.5f, -2.25f, 1e6f, 1e-12f, Float.NaN, Float.NEGATIVE_INFINITY});
    s.addTensor("activation_post_process_0", t);
    s.addTensor("empty", new TensorStatistics());
    s.addChannels("equalization", new ChannelRanges(new float[] {-1, 0}, new float[] {2, 0.5f}));
    s.addBatches("moving", BatchExtrema.of(0, -1, 1).merge(BatchExtrema.of(300, -3, 0)));
    s.addSamples(new SampleCounts(512, 1, 1));
    return s;
  }

  @Test
  void versionOneStaysReadable() throws IOException {
    if (Boolean.getBoolean("octant.writeGolden")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.write(GOLDEN, golden().toBytes());
    }
    byte[] bytes = Files.readAllBytes(GOLDEN);
    assertThat(CalibrationState.fromBytes("golden", bytes)).isEqualTo(golden());
    assertThat(golden().toBytes()).isEqualTo(bytes);
  }
}
