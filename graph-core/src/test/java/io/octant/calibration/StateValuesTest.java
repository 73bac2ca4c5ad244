package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parts of a calibration state: values, equality, refusals. */
class StateValuesTest {
  private static final Digest MODEL = digest("model");
  private static final CalibrationKey KEY = new CalibrationKey(MODEL, MODEL, MODEL);

  private static Digest digest(String of) {
    return Digest.of(of.getBytes(StandardCharsets.UTF_8));
  }

  private static TensorStatistics of(float... values) {
    TensorStatistics s = new TensorStatistics();
    s.update(values);
    return s;
  }

  @Test
  void aDigestIsItsHexadecimalDigits() {
    assertThat(digest("abc"))
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(new Digest("AB".repeat(32)).hex()).isEqualTo("ab".repeat(32));
    assertThatThrownBy(() -> new Digest("ab"))
        .hasMessage("Cannot read digest: ab, expected 64 hexadecimal digits of SHA-256");
  }

  @Test
  void batchExtremaFoldInTheOrderOfIds() {
    BatchExtrema late = BatchExtrema.of(7, -1, 2);
    BatchExtrema all = late.plus(BatchExtrema.of(3, -0f, 5));
    List<String> seen = new ArrayList<>();
    all.forEachInOrder((low, high) -> seen.add(low + " " + high));
    assertThat(seen).containsExactly("0.0 5.0", "-1.0 2.0");
    assertThat(late.batches()).hasSize(1);
    assertThat(BatchExtrema.of(0, -2, -0f).batches().get(0L)).isEqualTo(new ValueRange(-2, 0f));
  }

  @Test
  void batchExtremaNeedAnIdAndAnOrder() {
    assertThatThrownBy(() -> BatchExtrema.of(-1, 0, 1))
        .hasMessage(
            "Cannot keep extrema of batch -1: ValueRange[min=0.0, max=1.0], expected an id of at"
                + " least 0 and finite extrema, min <= max");
    assertThatThrownBy(() -> BatchExtrema.of(1, 0, Float.POSITIVE_INFINITY))
        .isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> BatchExtrema.of(1, 2, 1)).isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> BatchExtrema.of(1, Float.NaN, 1)).isInstanceOf(OctantException.class);
    assertThat(BatchExtrema.of(0, 1, 1).batches()).hasSize(1);
  }

  @Test
  void channelRangesMergeChannelByChannel() {
    ChannelRanges a = new ChannelRanges(new float[] {-1, -0f}, new float[] {2, -0f});
    assertThat(a).isEqualTo(new ChannelRanges(new float[] {-1, 0}, new float[] {2, 0}));
    assertThat(a.plus(ChannelRanges.empty(2))).isEqualTo(a).hasSameHashCodeAs(a);
    assertThat(ChannelRanges.empty(1).min(0)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(ChannelRanges.empty(1).max(0)).isEqualTo(Float.NEGATIVE_INFINITY);
    ChannelRanges b = new ChannelRanges(new float[] {0, -3}, new float[] {5, 1});
    assertThat(a.plus(b))
        .isEqualTo(new ChannelRanges(new float[] {-1, -3}, new float[] {5, 1}))
        .isNotEqualTo(a)
        .isNotEqualTo(new ChannelRanges(new float[] {-1, -3}, new float[] {5, 2}))
        .hasToString("ChannelRanges{min=[-1.0, -3.0], max=[5.0, 1.0]}");
    assertThatThrownBy(() -> a.plus(ChannelRanges.empty(3)))
        .hasMessage("Cannot merge ranges of 3 channels, expected 2 channels");
    assertThatThrownBy(() -> new ChannelRanges(new float[1], new float[2]))
        .hasMessage("Cannot make channel ranges: 1 minima and 2 maxima, expected as many of each");
    for (float[] nan : new float[][] {{Float.NaN, 0}, {0, Float.NaN}}) {
      assertThatThrownBy(() -> new ChannelRanges(new float[] {0, nan[0]}, new float[] {0, nan[1]}))
          .hasMessageStartingWith("Cannot make range of channel 1: ")
          .hasMessageEndingWith(
              ", expected finite extrema in order, or Infinity to -Infinity for none");
    }
    float inf = Float.POSITIVE_INFINITY;
    for (float[] bad : new float[][] {{2, 1}, {0, inf}, {-inf, 0}, {inf, inf}, {-inf, inf}}) {
      assertThatThrownBy(() -> new ChannelRanges(new float[] {bad[0]}, new float[] {bad[1]}))
          .isInstanceOf(OctantException.class);
    }
  }

  @Test
  void statesDifferInWhateverTheyHold() {
    List<CalibrationState> states = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      states.add(new CalibrationState(KEY));
    }
    states.get(1).addSamples(new SampleCounts(1, 0, 0));
    states.get(2).add("a", of(1));
    states.get(3).add("a", ChannelRanges.empty(1));
    states.get(4).add("a", BatchExtrema.of(0, 0, 1));
    states.set(5, new CalibrationState(new CalibrationKey(MODEL, MODEL, digest("other"))));
    for (CalibrationState a : states) {
      assertThat(a.isEmpty()).isEqualTo(a == states.get(0) || a == states.get(5));
      for (CalibrationState b : states) {
        assertThat(a.equals(b)).isEqualTo(a == b);
      }
      assertThat(a.copy()).isEqualTo(a).hasSameHashCodeAs(a);
      assertThat(a.sha256()).isEqualTo(Digest.of(a.toBytes()));
    }
    assertThat(states.get(2)).hasToString("CalibrationState{samples=0, observers=[a]}");
  }

  @Test
  void everyDigestOfTheKeyMustAgree() {
    CalibrationState a = new CalibrationState(KEY);
    Digest other = digest("other");
    assertThatThrownBy(() -> a.merge(new CalibrationState(new CalibrationKey(other, MODEL, MODEL))))
        .hasMessageStartingWith("Cannot merge calibration states: model " + other);
    assertThatThrownBy(() -> a.merge(new CalibrationState(new CalibrationKey(MODEL, MODEL, other))))
        .hasMessageStartingWith("Cannot merge calibration states: observer configuration " + other);
  }

  @Test
  void statisticsAreEqualIfAllIs() {
    assertThat(of()).isEqualTo(of()).isNotEqualTo(of(0));
    assertThat(of().isEmpty()).isTrue();
    assertThat(of(Float.NaN).isEmpty()).isFalse();
    assertThat(of(1).isEmpty()).isFalse();
    assertThat(of(1, 2)).isNotEqualTo(of(1, 1, 2)).isNotEqualTo(of(1));
    assertThat(of(1).hashCode()).isNotEqualTo(of(2).hashCode());
    assertThat(of(-1, 3)).hasToString("TensorStatistics{count=2, min=-1.0, max=3.0}");
    assertThat(of(1.0001f)).isNotEqualTo(of(1.0002f));
  }

  @Test
  void extremaAndPagesFromElsewhereAreChecked() {
    TensorStatistics s = new TensorStatistics();
    s.addExtrema(-0f, -0f);
    assertThat(Float.floatToRawIntBits(s.min())).isZero();
    assertThat(Float.floatToRawIntBits(s.max())).isZero();
    assertThatThrownBy(() -> s.addExtrema(Float.NaN, 1))
        .hasMessage("Cannot add extrema: NaN and 1.0, expected finite values");
    assertThatThrownBy(() -> s.addExtrema(1, Float.NaN)).isInstanceOf(OctantException.class);
    long[] counts = new long[LogLinearGrid.PAGE_BINS];
    for (int page : new int[] {-1, 94, 255, 256 + 94, 511, 512}) {
      assertThatThrownBy(() -> s.addPage(page, counts, 0))
          .hasMessage(
              "Cannot add counts to page: "
                  + page
                  + ", expected a page of finite values of at least 2^-32");
    }
    for (int page : new int[] {95, 254, 256 + 95, 510}) {
      s.addPage(page, counts, 0);
    }
    assertThat(s.count()).isZero();
    counts[3] = -1;
    assertThatThrownBy(() -> s.addPage(95, counts, 0))
        .hasMessage("Cannot add count: -1 in page 95 slot 3, expected at least 0");
    assertThatThrownBy(() -> s.merge(of(1), -1))
        .hasMessage("Cannot merge -1 times, expected at least 0");
    assertThatThrownBy(() -> s.clampedTo(2, 1))
        .hasMessage("Cannot clamp statistics to 2.0 and 1.0, expected low <= high");
  }

  @Test
  void clampingCountsAtTheBounds() {
    assertThat(of(-5, -1, 0, 2, 9).clampedTo(-1, 2)).isEqualTo(of(-1, -1, 0, 2, 2));
    assertThat(of(-5, 9).clampedTo(1, 1)).isEqualTo(of(1, 1));
    assertThat(of(Float.NaN).clampedTo(0, 1)).isEqualTo(of(Float.NaN));
    assertThat(of(1, 2).clampedTo(-9, 0)).isEqualTo(of(0, 0));
    float tiny = 0x1p-32f;
    assertThat(of(5).clampedTo(0, tiny)).isEqualTo(of(tiny));
  }

  @Test
  void binsAreVisitedInOrderOfTheirValues() {
    List<String> seen = new ArrayList<>();
    of(-2, 1, -1, Float.MAX_VALUE, 0, 0x1p-32f)
        .forEachBin((lower, upper, count) -> seen.add(lower + " " + upper + " " + count));
    assertThat(seen)
        .containsExactly(
            "-2.001953125 -2.0 1",
            "-1.0009765625 -1.0 1",
            "2.3283064365386963E-10 2.3305801732931286E-10 1",
            "1.0 1.0009765625 1",
            Math.scalb(2047.0, 117) + " " + Math.scalb(1.0, 128) + " 1");
  }

  @Test
  void samplesAreCountedWithTheirParts() {
    assertThat(new SampleCounts(3, 1, 2).plus(new SampleCounts(4, 0, 1)))
        .isEqualTo(new SampleCounts(7, 1, 3));
    for (long[] wrong : new long[][] {{1, 2, 0}, {1, 0, 2}, {1, -1, 0}, {1, 0, -1}}) {
      assertThatThrownBy(() -> new SampleCounts(wrong[0], wrong[1], wrong[2]))
          .isInstanceOf(OctantException.class)
          .hasMessageStartingWith("Cannot count samples: 1 of which");
    }
  }

  @Test
  void aCutBlockSaysHowMuchIsMissing() {
    ByteSink out = new ByteSink();
    out.block(new byte[] {1, 2, 3});
    byte[] whole = out.toBytes();
    assertThat(new ByteSource("thing", whole).block()).containsExactly(1, 2, 3);
    ByteSource cut = new ByteSource("thing", java.util.Arrays.copyOf(whole, 3));
    assertThatThrownBy(cut::block)
        .hasMessage("Cannot read thing: truncated at byte 1 of 3, expected 3 more");
    ByteSource raw = new ByteSource("thing", whole);
    raw.u8();
    assertThatThrownBy(() -> raw.raw(4))
        .hasMessage("Cannot read thing: truncated at byte 1 of 4, expected 4 more");
    assertThatThrownBy(raw::requireEnd)
        .hasMessage("Cannot read thing: corrupt at byte 1: 3 bytes left over, expected none");
    ByteSource counted = new ByteSource("thing", new byte[] {2, 0, 0, 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> counted.count(4))
        .hasMessage("Cannot read thing: truncated at byte 1 of 8, expected 8 more");
    assertThat(new ByteSource("thing", new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0}).count(4))
        .isEqualTo(2);
  }
}
