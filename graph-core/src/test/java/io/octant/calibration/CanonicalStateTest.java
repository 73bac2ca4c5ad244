package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A state has one form in bytes: what is read is what would be written. */
class CanonicalStateTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private record Form(String name, Consumer<ByteSink> write, String complaint) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static void head(ByteSink out, float min, float max, long... special) {
    out.u8(TensorStatisticsKind.VERSION);
    out.f32(min);
    out.f32(max);
    for (int i = 0; i < 6; i++) {
      out.varint(i < special.length ? special[i] : 0);
    }
  }

  /** A page with one count. */
  private static void page(ByteSink out, int page, int slot, long count) {
    out.u16(page);
    if (slot > 0) {
      out.varint(0);
      out.varint(slot - 1);
    }
    out.varint(count);
    if (slot < 1023) {
      out.varint(0);
      out.varint(1022 - slot);
    }
  }

  private static Stream<Form> forms() {
    return Stream.of(
        new Form("NaN", o -> statistics(o, Float.NaN, 1), "range NaN to 1.0"),
        new Form("order", o -> statistics(o, 2, 1), "range 2.0 to 1.0"),
        new Form("infinite", o -> statistics(o, 1, INF), "range 1.0 to Infinity"),
        new Form("-0", o -> zeros(o, -0f, 0f), "range -0.0 to 0.0"),
        new Form("minimum below bins", o -> statistics(o, 0.5f, 1), "outermost bins"),
        new Form("minimum above bins", o -> statistics(o, 1.01f, 1.01f), "outermost bins"),
        new Form("maximum above bins", o -> statistics(o, 1, 3), "outermost bins"),
        new Form("zero of ones", o -> statistics(o, 0, 1), "outermost bins"),
        new Form("no range of values", o -> statistics(o, INF, -INF), "outermost bins"),
        new Form("range of nothing", o -> nothing(o, 1, 2), "outermost bins"),
        new Form("range of NaNs", o -> head0(o, 1, 2, 0, 0, 0, 4), "outermost bins"),
        new Form("tiny as zero", o -> head0(o, 1e-20f, 1e-20f, 1), "outermost bins"),
        new Form("zero as tiny", o -> head0(o, 0, 0, 0, 0, 1), "outermost bins"),
        new Form("wrong sign", o -> head0(o, 1e-20f, 1e-20f, 0, 1), "outermost bins"),
        new Form(
            "special counts past the end",
            o -> head0(o, 0, 0, Long.MAX_VALUE, 0, 0, 1),
            "at most 2^63 - 1"),
        new Form(
            "counts past the end",
            o -> {
              head(o, 1, 1, 0, 0, 0, 1);
              o.u16(1);
              page(o, 127, 0, Long.MAX_VALUE);
            },
            "at most 2^63 - 1"),
        new Form(
            "empty page",
            o -> {
              head(o, 0, 0, 1);
              o.u16(1);
              o.u16(127);
              o.varint(0);
              o.varint(1023);
            },
            "page 127 without a count"),
        new Form(
            "pages out of order",
            o -> {
              head(o, 1, 2);
              o.u16(2);
              page(o, 128, 0, 1);
              page(o, 127, 0, 1);
            },
            "page 127 after 128"),
        new Form(
            "page twice",
            o -> {
              head(o, 1, 1);
              o.u16(2);
              page(o, 127, 0, 1);
              page(o, 127, 0, 1);
            },
            "page 127 after 127"),
        new Form(
            "page of NaN",
            o -> {
              head(o, 1, 1);
              o.u16(1);
              page(o, 255, 0, 1);
            },
            "page 255"),
        new Form(
            "run in two pieces",
            o -> {
              head(o, 1, 1);
              o.u16(1);
              o.u16(127);
              o.varint(1);
              o.varint(0);
              o.varint(500);
              o.varint(0);
              o.varint(521);
            },
            "two runs of zeros"),
        new Form(
            "run past the page",
            o -> {
              head(o, 1, 1);
              o.u16(1);
              o.u16(127);
              o.varint(1);
              o.varint(0);
              o.varint(Long.MAX_VALUE);
            },
            "run of 9223372036854775807 zeros"),
        new Form(
            "long form of a count",
            o -> {
              head(o, 1, 1);
              o.u16(1);
              o.u16(127);
              o.u8(0x81);
              o.u8(0);
              o.varint(0);
              o.varint(1022);
            },
            "shortest form"));
  }

  private static void statistics(ByteSink out, float min, float max) {
    head(out, min, max);
    out.u16(1);
    page(out, 127, 0, 3);
  }

  private static void zeros(ByteSink out, float min, float max) {
    head0(out, min, max, 1);
  }

  private static void nothing(ByteSink out, float min, float max) {
    head0(out, min, max);
  }

  private static void head0(ByteSink out, float min, float max, long... special) {
    head(out, min, max, special);
    out.u16(0);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void otherFormsOfStatisticsAreRefused(Form form) {
    ByteSink bytes = new ByteSink();
    form.write().accept(bytes);
    assertThatThrownBy(() -> TensorStatistics.fromBytes(bytes.toBytes()))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot read tensor statistics: ")
        .hasMessageContaining(form.complaint());
  }

  private static byte[] state(Consumer<ByteSink> afterKey) {
    ByteSink out = new ByteSink();
    out.raw("OCTCALST".getBytes(StandardCharsets.US_ASCII));
    out.u16(CalibrationStateCodec.VERSION_OF_OWN_STATISTICS);
    out.raw(new byte[3 * Digest.BYTES]);
    out.varint(0);
    afterKey.accept(out);
    return sealed(out.toBytes());
  }

  private static byte[] sealed(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    ByteSink out = new ByteSink();
    out.raw(body);
    out.u32((int) crc.getValue());
    return out.toBytes();
  }

  private static void counts(ByteSink out, long... counts) {
    for (long count : counts) {
      out.varint(count);
    }
  }

  private static Stream<Arguments> states() {
    byte[] empty = new TensorStatistics().toBytes();
    return Stream.of(
        arguments("more NaN than samples", o -> counts(o, 1, 2, 0, 0, 0, 0), "1 of which 2"),
        arguments("a million tensors", o -> counts(o, 0, 0, 0, 1_000_000), "truncated"),
        arguments(
            "unsorted paths",
            o -> {
              counts(o, 0, 0, 0, 2);
              o.text("b");
              o.block(empty);
              o.text("a");
              o.block(empty);
              counts(o, 0, 0);
            },
            "path a after b"),
        arguments(
            "path twice",
            o -> {
              counts(o, 0, 0, 0, 2);
              o.text("a");
              o.block(empty);
              o.text("a");
              o.block(empty);
              counts(o, 0, 0);
            },
            "path a after a"),
        arguments(
            "path that is not UTF-8",
            o -> {
              counts(o, 0, 0, 0, 1);
              o.block(new byte[] {(byte) 0xc0, (byte) 0x80});
              o.block(empty);
              counts(o, 0, 0);
            },
            "not UTF-8"),
        arguments(
            "statistics with bytes left over",
            o -> {
              counts(o, 0, 0, 0, 1);
              o.text("a");
              o.block(Arrays.copyOf(empty, empty.length + 1));
              counts(o, 0, 0);
            },
            "statistics of a: corrupt at byte 17: 1 bytes left over"),
        arguments("bytes left over", o -> counts(o, 0, 0, 0, 0, 0, 0, 0), "1 bytes left over"),
        arguments("many channels", o -> channels(o, 1L << 60), "truncated"),
        arguments("-0 in a channel", o -> channels(o, 1, -0f, 0f), "range -0.0"),
        arguments("half a channel", o -> channels(o, 1, INF, 0f), "range Infinity to 0.0"),
        arguments("channel out of order", o -> channels(o, 1, 3f, 2f), "range 3.0 to 2.0"),
        arguments("NaN in a channel", o -> channels(o, 1, 0f, Float.NaN), "range 0.0 to NaN"),
        arguments("batch without values", o -> batch(o, INF, -INF), "batch 5"),
        arguments("-0 in a batch", o -> batch(o, -1f, -0f), "range -1.0 to -0.0"),
        arguments("infinite batch", o -> batch(o, -INF, INF), "range -Infinity to Infinity"));
  }

  private static Arguments arguments(String name, Consumer<ByteSink> form, String complaint) {
    return Arguments.of(new Form(name, form, complaint));
  }

  private static void channels(ByteSink out, long n, float... extrema) {
    counts(out, 0, 0, 0, 0, 1);
    out.text("c");
    out.varint(n);
    for (float x : extrema) {
      out.f32(x);
    }
    out.varint(0);
  }

  private static void batch(ByteSink out, float min, float max) {
    counts(out, 0, 0, 0, 0, 0, 1);
    out.text("b");
    counts(out, 1, 5);
    out.f32(min);
    out.f32(max);
  }

  @ParameterizedTest
  @MethodSource("states")
  void otherFormsOfStatesAreRefused(Form form) {
    byte[] bytes = state(form.write());
    assertThatThrownBy(() -> CalibrationState.fromBytes("s.octcal", bytes))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot read calibration state s.octcal")
        .hasMessageContaining(form.complaint());
  }

  private static CalibrationState sample() {
    Digest digest = Digest.of(new byte[] {1});
    CalibrationState s = new CalibrationState(new CalibrationKey(digest, digest, digest));
    TensorStatistics t = new TensorStatistics();
    t.update(new float[] {0, 1, 1.5f, -2.25f, 1e6f, 1e-12f, -1e-12f, Float.NaN, INF, 1, 2, 3});
    s.add("x", t);
    s.add("y", new TensorStatistics());
    s.add("c", new ChannelRanges(new float[] {-1, INF}, new float[] {2, -INF}));
    s.add("b", BatchExtrema.of(0, -1, 1).plus(BatchExtrema.of(300, -3, 0)));
    s.addSamples(new SampleCounts(5, 1, 1));
    s.addNumerics(Numerics.UNKNOWN);
    return s;
  }

  /** Bytes changed at random, sealed with the right checksum. */
  @Property(tries = 20_000)
  void whatIsReadIsWhatWouldBeWritten(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] whole = sample().toBytes();
    byte[] body = Arrays.copyOf(whole, whole.length - 4 + random.nextInt(2) * random.nextInt(3));
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = 106 + random.nextInt(body.length - 106);
      body[at] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : body[at] ^ 1 << random.nextInt(8));
    }
    byte[] bytes = sealed(body);
    CalibrationState read;
    try {
      read = CalibrationState.fromBytes("mutated", bytes);
    } catch (OctantException e) {
      return;
    }
    assertThat(read.toBytes()).isEqualTo(bytes);
  }
}
