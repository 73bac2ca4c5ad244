package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Laws of the state, byte for byte, and the index rule. */
class TensorStatisticsTest {
  private static TensorStatistics of(float... values) {
    TensorStatistics s = new TensorStatistics();
    s.update(values);
    return s;
  }

  private static TensorStatistics merged(TensorStatistics a, TensorStatistics b) {
    TensorStatistics out = a.copy();
    out.merge(b);
    return out;
  }

  /** Floats of any bits: NaN payloads, infinities, subnormals and both zeros among them. */
  @Provide
  Arbitrary<float[]> tensors() {
    Arbitrary<Float> anyBits = Arbitraries.integers().map(Float::intBitsToFloat);
    Arbitrary<Float> ordinary = Arbitraries.floats().between(-8, 8);
    Arbitrary<Float> special =
        Arbitraries.of(
            0f,
            -0f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            1e-12f,
            -1e-12f,
            1e6f,
            Float.MIN_VALUE,
            0x1p-32f,
            -0x1p-32f,
            Float.MAX_VALUE);
    return Arbitraries.oneOf(anyBits, ordinary, special)
        .list()
        .ofMaxSize(64)
        .map(
            list -> {
              float[] out = new float[list.size()];
              for (int i = 0; i < out.length; i++) {
                out[i] = list.get(i);
              }
              return out;
            });
  }

  @Provide
  Arbitrary<List<float[]>> splits() {
    return Combinators.combine(tensors(), Arbitraries.randomValue(Random::nextLong))
        .as(
            (values, seed) -> {
              Random random = new Random(seed);
              List<float[]> parts = new ArrayList<>();
              for (int at = 0; at < values.length; ) {
                int end = at + 1 + random.nextInt(values.length - at);
                parts.add(Arrays.copyOfRange(values, at, end));
                at = end;
              }
              java.util.Collections.shuffle(parts, random);
              return parts;
            });
  }

  @Property
  void theEmptyStateIsNeutral(@ForAll("tensors") float[] a) {
    assertThat(merged(of(a), of()).toBytes()).isEqualTo(of(a).toBytes());
    assertThat(merged(of(), of(a)).toBytes()).isEqualTo(of(a).toBytes());
  }

  @Property
  void mergingCommutes(@ForAll("tensors") float[] a, @ForAll("tensors") float[] b) {
    assertThat(merged(of(a), of(b)).toBytes()).isEqualTo(merged(of(b), of(a)).toBytes());
  }

  @Property
  void mergingSeveralTimesEqualsSeveralMerges(
      @ForAll("tensors") float[] a, @ForAll @net.jqwik.api.constraints.IntRange(max = 9) int n) {
    TensorStatistics expected = new TensorStatistics();
    for (int i = 0; i < n; i++) {
      expected.merge(of(a));
    }
    TensorStatistics merged = new TensorStatistics();
    merged.merge(of(a), n);
    assertThat(merged.toBytes()).isEqualTo(expected.toBytes());
  }

  @Property
  void mergingAssociates(
      @ForAll("tensors") float[] a, @ForAll("tensors") float[] b, @ForAll("tensors") float[] c) {
    assertThat(merged(merged(of(a), of(b)), of(c)).toBytes())
        .isEqualTo(merged(of(a), merged(of(b), of(c))).toBytes());
  }

  @Property
  void anySplitAndOrderEqualsOnePass(@ForAll("splits") List<float[]> parts) {
    TensorStatistics onePass = new TensorStatistics();
    TensorStatistics viaBytes = new TensorStatistics();
    for (float[] part : parts) {
      onePass.update(part);
    }
    for (int i = parts.size() - 1; i >= 0; i--) {
      viaBytes.merge(TensorStatistics.fromBytes(of(parts.get(i)).toBytes()));
      viaBytes = TensorStatistics.fromBytes(viaBytes.toBytes());
    }
    assertThat(viaBytes.toBytes()).isEqualTo(onePass.toBytes());
    assertThat(viaBytes).isEqualTo(onePass).hasSameHashCodeAs(onePass);
  }

  @Property
  void everyValueIsCountedOnce(@ForAll("tensors") float[] a) {
    assertThat(of(a).count()).isEqualTo(a.length);
    long[] binned = {of(a).special().total()};
    of(a).forEachBin((lower, upper, count) -> binned[0] += count);
    assertThat(binned[0]).isEqualTo(a.length);
  }

  @Property
  void aBinContainsItsValue(@ForAll int bits) {
    float x = Float.intBitsToFloat(bits);
    TensorStatistics s = of(x);
    s.forEachBin(
        (lower, upper, count) -> {
          assertThat((double) x).isBetween(lower, upper);
          assertThat(upper - lower).isLessThanOrEqualTo(Math.abs(x) * 0x1p-10);
          assertThat(count).isOne();
        });
  }

  @Test
  void specialValuesAreCountedApart() {
    TensorStatistics s =
        of(
            0f,
            -0f,
            Float.MIN_VALUE,
            -0x1.fffffep-33f,
            Float.NaN,
            Float.intBitsToFloat(0xffc00001),
            Float.NEGATIVE_INFINITY,
            Float.POSITIVE_INFINITY,
            Float.POSITIVE_INFINITY,
            0x1p-32f);
    assertThat(s.special()).isEqualTo(new SpecialCounts(2, 1, 1, 2, 1, 2));
    assertThat(s.binCount(95, 0)).isOne();
    assertThat(s.min()).isEqualTo(-0x1.fffffep-33f);
    assertThat(s.max()).isEqualTo(0x1p-32f);
    assertThat(s.finiteCount()).isEqualTo(5);
  }

  @Test
  void theIndexIsSignExponentAndTenMantissaBits() {
    TensorStatistics s = of(1f, 1.0009765625f, -1.999f, 3f);
    assertThat(s.binCount(127, 0)).isOne();
    assertThat(s.binCount(127, 1)).isOne();
    assertThat(s.binCount(256 + 127, 1022)).isOne();
    assertThat(s.binCount(128, 512)).isOne();
  }

  @Test
  void bulkCountsEqualUpdates() {
    float[] values = {0f, 1f, 1.5f, -2f, Float.NaN};
    TensorStatistics bulk = new TensorStatistics();
    long[] table = new long[2 * LogLinearGrid.PAGE_BINS];
    table[0] = 1;
    table[512] = 1;
    table[LogLinearGrid.PAGE_BINS] = 1;
    bulk.addPage(127, table, 0);
    bulk.addPage(256 + 128, table, LogLinearGrid.PAGE_BINS);
    bulk.addSpecial(new SpecialCounts(1, 0, 0, 1, 0, 0));
    bulk.addExtrema(-2f, 1.5f);
    assertThat(bulk.toBytes()).isEqualTo(of(values).toBytes());
  }

  @Test
  void aZeroOfEitherSignGivesTheSameBytes() {
    assertThat(of(-0f, 0f).toBytes()).isEqualTo(of(0f, -0f).toBytes());
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = of(1f, -2f, 0f, 1e6f).toBytes();
    for (int n = 0; n < whole.length; n++) {
      byte[] cut = Arrays.copyOf(whole, n);
      assertThatThrownBy(() -> TensorStatistics.fromBytes(cut))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("Cannot read tensor statistics");
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> TensorStatistics.fromBytes(longer)).hasMessageContaining("left over");
  }

  @Test
  void anUnknownVersionIsRefused() {
    byte[] bytes = of(1f).toBytes();
    bytes[0] = 9;
    assertThatThrownBy(() -> TensorStatistics.fromBytes(bytes))
        .hasMessage("Cannot read tensor statistics: version 9, expected 1");
  }

  /** Counts of a cluster's lifetime: the sum is right up to the last value, and then refused. */
  @Test
  void countsDoNotWrap() {
    TensorStatistics million = new TensorStatistics();
    million.merge(of(1f, 0f, -3f, Float.NaN), 250_000);
    TensorStatistics a = new TensorStatistics();
    a.merge(million, 4_611_686_018_427L);
    TensorStatistics b = new TensorStatistics();
    b.merge(million, 4_611_686_018_427L);
    b.merge(of(2f), 1_807);
    TensorStatistics ab = a.copy();
    ab.merge(b);
    TensorStatistics ba = b.copy();
    ba.merge(a);
    assertThat(ab.toBytes()).isEqualTo(ba.toBytes());
    assertThat(TensorStatistics.fromBytes(ab.toBytes())).isEqualTo(ab);
    assertThat(ab.count()).isEqualTo(2 * 4_611_686_018_427L * 1_000_000 + 1_807);
    assertThat(ab.finiteCount()).isEqualTo(ab.count() - ab.special().nans());
    ab.merge(of(5f), Long.MAX_VALUE - ab.count());
    assertThat(ab.count()).isEqualTo(Long.MAX_VALUE);
    assertThat(ab.clampedTo(-1, 1).count()).isEqualTo(Long.MAX_VALUE);
    byte[] full = ab.toBytes();
    assertThatThrownBy(() -> ab.update(new float[] {9f}))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot count values: 9223372036854775807 and 1, expected at most 2^63 - 1 in all");
    assertThatThrownBy(() -> ab.merge(of(1e9f))).isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> ab.merge(a)).isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> ab.addSpecial(new SpecialCounts(0, 0, 0, 1, 0, 0)))
        .isInstanceOf(OctantException.class);
    long[] page = new long[LogLinearGrid.PAGE_BINS];
    page[3] = 1;
    assertThatThrownBy(() -> ab.addPage(127, page, 0)).isInstanceOf(OctantException.class);
    assertThat(ab.toBytes()).isEqualTo(full);
    page[4] = Long.MAX_VALUE;
    assertThatThrownBy(() -> new TensorStatistics().addPage(127, page, 0))
        .isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> new SpecialCounts(Long.MAX_VALUE, 0, 1, 0, 0, 0))
        .isInstanceOf(OctantException.class);
    SampleCounts most = new SampleCounts(Long.MAX_VALUE, 0, 0);
    assertThatThrownBy(() -> most.plus(new SampleCounts(1, 0, 0)))
        .isInstanceOf(OctantException.class);
  }
}
