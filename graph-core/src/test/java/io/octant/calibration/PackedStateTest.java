package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** States on their way between tasks are those that were sent, and add up as states do. */
class PackedStateTest {
  private static final CalibrationKey KEY =
      new CalibrationKey(digest("model"), digest("graph"), digest("observers"));

  private static Digest digest(String of) {
    return Digest.of(of.getBytes(StandardCharsets.UTF_8));
  }

  private static CalibrationState state(long batch, Random random) {
    CalibrationState s = new CalibrationState(KEY);
    float[] values = new float[random.nextInt(3000)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Float.intBitsToFloat(i % 7 == 0 ? random.nextInt() : 0x3f800000 | ((i % 99) << 13));
    }
    TensorStatistics t = new TensorStatistics();
    t.update(values);
    s.add("a", t);
    if (batch % 2 == 0) {
      s.add("b", t);
    }
    s.add("channels", new ChannelRanges(new float[] {batch}, new float[] {batch + 1}));
    s.add("moving", BatchExtrema.of(batch, -1, batch));
    s.addSamples(new SampleCounts(3, 1, 0));
    s.addNumerics(new Numerics("native", batch % 3 == 0 ? "avx2" : "avx512_core", "", "", 1));
    return s;
  }

  @Property(tries = 50)
  void packedStatesAddUpAsStatesDo(@ForAll @IntRange(min = 1, max = 6) int n, @ForAll long seed) {
    CalibrationState merged = new CalibrationState(KEY);
    CalibrationState packed = new CalibrationState(KEY);
    for (int i = 0; i < n; i++) {
      CalibrationState part = state(i, new Random(seed + i));
      byte[] bytes = part.toPackedBytes();
      assertThat(CalibrationState.fromPackedBytes(bytes)).isEqualTo(part);
      merged.merge(part, MixedNumerics.ACCEPT);
      packed.mergePacked(bytes);
    }
    assertThat(packed.toBytes()).isEqualTo(merged.toBytes());
  }

  @Property(tries = 500)
  void countsOfAnySizeComeBack(
      @ForAll @IntRange(min = 0, max = 53) int bits,
      @ForAll @IntRange(min = 0, max = 53) int leastBits,
      @ForAll @IntRange(min = 0, max = 100) int percent,
      @ForAll long seed) {
    Random random = new Random(seed);
    long[] counts = new long[LogLinearGrid.PAGE_BINS];
    long least = random.nextLong() & ((1L << leastBits) - 1);
    for (int i = 0; i < counts.length; i++) {
      long more = random.nextLong() & ((1L << bits) - 1);
      counts[i] = least + (random.nextInt(100) < percent ? more : 0);
    }
    ByteSink out = new ByteSink();
    PackedCounts.write(counts, out);
    ByteSource in = new ByteSource("counts", out.toBytes());
    long[] read = new long[counts.length];
    assertThat(PackedCounts.add(in, read)).isEqualTo(Arrays.stream(counts).sum());
    in.requireEnd();
    assertThat(read).isEqualTo(counts);
  }

  @Test
  void theLargestCountsComeBack() {
    long[] counts = new long[PackedCounts.BLOCK];
    counts[0] = Long.MAX_VALUE;
    counts[63] = Long.MAX_VALUE - 1;
    for (long least : new long[] {0, 1, Long.MAX_VALUE - 1}) {
      Arrays.fill(counts, 1, 63, least);
      ByteSink out = new ByteSink();
      PackedCounts.write(counts, out);
      long[] read = new long[counts.length];
      PackedCounts.add(new ByteSource("counts", out.toBytes()), read);
      assertThat(read).isEqualTo(counts);
    }
  }

  @Test
  void aPageTakesNoMoreThanItsBound() {
    Random random = new Random(1);
    for (int bits = 1; bits <= 53; bits++) {
      long[] counts = new long[LogLinearGrid.PAGE_BINS];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = random.nextLong() & ((1L << bits) - 1);
      }
      ByteSink out = new ByteSink();
      PackedCounts.write(counts, out);
      assertThat(out.toBytes()).hasSizeLessThanOrEqualTo(counts.length / 64 * (10 + 8 * bits));
    }
  }

  @Test
  void whatDoesNotBelongTogetherOrIsDamagedIsRefused() {
    CalibrationState sum = state(0, new Random(1));
    byte[] before = sum.toBytes();
    CalibrationKey other = new CalibrationKey(KEY.model(), digest("other"), KEY.observers());
    assertThatThrownBy(() -> sum.mergePacked(new CalibrationState(other).toPackedBytes()))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("prepared graph " + digest("other"));
    byte[] bytes = state(1, new Random(2)).toPackedBytes();
    bytes[bytes.length / 2] ^= 1;
    assertThatThrownBy(() -> sum.mergePacked(bytes))
        .hasMessageContaining("packed calibration state: the checksum differs");
    assertThat(sum.toBytes()).isEqualTo(before);
    assertThatThrownBy(
            () -> CalibrationState.fromBytes("f", state(1, new Random(2)).toPackedBytes()))
        .hasMessageContaining("not a calibration state");
  }

  @Test
  void moreThanCanBeCountedIsRefused() {
    CalibrationState half = new CalibrationState(KEY);
    TensorStatistics t = new TensorStatistics();
    t.update(new float[] {1});
    TensorStatistics many = new TensorStatistics();
    many.merge(t, 1L << 62);
    half.add("a", many);
    byte[] bytes = half.toPackedBytes();
    assertThatThrownBy(
            () -> {
              half.mergePacked(bytes);
              half.mergePacked(bytes);
            })
        .hasMessageContaining("2^63 - 1");
  }
}
