package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.Digest;
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
  private static final Numerics AVX2 =
      new Numerics("native", "avx2", "oneDNN 3.11.0", "L1 32K, L2 512K", 1);
  private static final Numerics AVX512 =
      new Numerics("native", "avx512_core", "oneDNN 3.11.0", "L1 32K, L2 512K", 1);

  private static Path golden(int version) {
    return Path.of(
        "src/test/resources/io/octant/calibration/calibration-state-v" + version + ".bin");
  }

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
    s.add("activation_post_process_0", t);
    s.add("layer1.activation_post_process_1", t);
    s.add(
        "equalization",
        new ChannelRanges(
            new float[] {values[1], -values[2]}, new float[] {values[1] + 1, 9 - values[2]}));
    s.add("moving", BatchExtrema.of(batch, t.min(), t.max()));
    s.addSamples(new SampleCounts(32, 1, 0));
    s.addNumerics(AVX2);
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
        .hasMessage("Cannot read calibration state new.bin: version 7, expected 1 to 3");
  }

  /** What the golden file holds; {@code -Doctant.writeGolden=true} writes it anew. */
  private static CalibrationState golden() {
    CalibrationState s = new CalibrationState(KEY);
    TensorStatistics t = new TensorStatistics();
    t.update(
        new float[] {0, -0f, 1, 1.5f, -2.25f, 1e6f, 1e-12f, Float.NaN, Float.NEGATIVE_INFINITY});
    s.add("activation_post_process_0", t);
    s.add("empty", new TensorStatistics());
    s.add("equalization", new ChannelRanges(new float[] {-1, 0}, new float[] {2, 0.5f}));
    s.add("moving", BatchExtrema.of(0, -1, 1).plus(BatchExtrema.of(300, -3, 0)));
    s.addSamples(new SampleCounts(512, 1, 1));
    return s;
  }

  @Test
  void versionOneStaysReadableAndDoesNotKnowItsNumerics() throws IOException {
    CalibrationState read = CalibrationState.fromBytes("golden", Files.readAllBytes(golden(1)));
    CalibrationState expected = golden();
    expected.addNumerics(Numerics.UNKNOWN);
    assertThat(read).isEqualTo(expected);
    assertThat(read.numerics()).hasToString("[unknown]");
  }

  @Test
  void versionTwoStaysReadable() throws IOException {
    CalibrationState expected = golden();
    expected.addNumerics(AVX2);
    expected.addNumerics(AVX512);
    if (Boolean.getBoolean("octant.writeGolden")) {
      Files.write(golden(2), expected.toBytes());
    }
    byte[] bytes = Files.readAllBytes(golden(2));
    assertThat(CalibrationState.fromBytes("golden", bytes)).isEqualTo(expected);
    assertThat(expected.toBytes()).isEqualTo(bytes);
  }

  private static CalibrationState of(long batch, Numerics... numerics) {
    CalibrationState s = new CalibrationState(KEY);
    s.add("moving", BatchExtrema.of(batch, 0, 1));
    s.addSamples(new SampleCounts(1, 0, 0));
    for (Numerics n : numerics) {
      s.addNumerics(n);
    }
    return s;
  }

  @Test
  void statesOfDifferentNumericsDoNotMergeAndNothingChanges() {
    CalibrationState a = of(0, AVX2);
    byte[] before = a.toBytes();
    assertThatThrownBy(() -> a.merge(of(1, AVX512)))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot merge calibration states: numerics avx512_core (native 1, oneDNN 3.11.0, L1 32K,"
                + " L2 512K), expected avx2 (native 1, oneDNN 3.11.0, L1 32K, L2 512K) as float sums"
                + " of different ones differ in their last digits");
    assertThat(a.toBytes()).isEqualTo(before);
    for (Numerics other :
        List.of(
            new Numerics("reference", "avx2", AVX2.library(), AVX2.caches(), 1),
            new Numerics("native", "avx2", "oneDNN 3.12.0", AVX2.caches(), 1),
            new Numerics("native", "avx2", AVX2.library(), "L1 32K, L2 1024K", 1),
            new Numerics("native", "avx2", AVX2.library(), AVX2.caches(), 2))) {
      assertThatThrownBy(() -> a.merge(of(1, other)))
          .hasMessageContaining("numerics " + other + ", expected " + AVX2);
    }
  }

  @Test
  void unknownNumericsMergeOnRequestOnly() {
    CalibrationState a = of(0, Numerics.UNKNOWN);
    assertThatThrownBy(() -> a.merge(of(1, Numerics.UNKNOWN)))
        .hasMessageContaining("numerics unknown, expected unknown");
    a.merge(of(1, Numerics.UNKNOWN), MixedNumerics.ACCEPT);
    a.merge(new CalibrationState(KEY));
    assertThat(a.samples().samples()).isEqualTo(2);
  }

  @Test
  void whatIsMixedOnRequestNamesAllThatWentIntoIt() {
    CalibrationState a = of(0, AVX512);
    a.merge(of(1, AVX2), MixedNumerics.ACCEPT);
    assertThat(a.numerics()).containsExactly(AVX2, AVX512);
    assertThatThrownBy(() -> a.merge(of(2, AVX2)))
        .hasMessageContaining("expected mixed: " + AVX2 + " and " + AVX512);
    CalibrationState b = of(1, AVX2);
    b.merge(of(0, AVX512), MixedNumerics.ACCEPT);
    assertThat(b.toBytes()).isEqualTo(a.toBytes());
    assertThat(CalibrationState.fromBytes("mixed", a.toBytes())).isEqualTo(a);
    a.merge(of(2, AVX512, AVX2));
    assertThat(a.samples().samples()).isEqualTo(3);
  }
}
