package io.octant.calibration;

import io.octant.OctantException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The byte layout of {@link CalibrationState}; {@code docs/format/calibration-state.md} draws it.
 * Paths ascend and numbers have one form each, so that equal states have equal bytes.
 */
final class CalibrationStateCodec {
  static final int VERSION = 2;

  /** Has no numerics; otherwise as version 2. */
  private static final int VERSION_WITHOUT_NUMERICS = 1;

  private static final byte[] MAGIC = "OCTCALST".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM_BYTES = 4;

  /** Four lengths and a number. */
  private static final int MIN_NUMERICS_BYTES = 5;

  private CalibrationStateCodec() {}

  static byte[] encode(CalibrationState s) {
    ByteSink out = new ByteSink();
    out.raw(MAGIC);
    out.u16(VERSION);
    out.raw(s.key().model().raw());
    out.raw(s.key().preparedGraph().raw());
    out.raw(s.key().observers().raw());
    out.varint(s.numerics().size());
    s.numerics()
        .forEach(
            n -> {
              out.text(n.engine());
              out.text(n.isa());
              out.text(n.library());
              out.text(n.caches());
              out.varint(n.kernels());
            });
    out.varint(s.samples().samples());
    out.varint(s.samples().withNan());
    out.varint(s.samples().withInfinity());
    section(out, s.tensors(), t -> out.block(t.toBytes()));
    section(
        out,
        s.channels(),
        r -> {
          out.varint(r.channels());
          for (int c = 0; c < r.channels(); c++) {
            out.f32(r.min(c));
            out.f32(r.max(c));
          }
        });
    section(
        out,
        s.batches(),
        b -> {
          out.varint(b.batches().size());
          b.batches()
              .forEach(
                  (batch, range) -> {
                    out.varint(batch);
                    out.f32(range.min());
                    out.f32(range.max());
                  });
        });
    out.u32(checksum(out.toBytes()));
    return out.toBytes();
  }

  private static <T> void section(ByteSink out, SortedMap<String, T> entries, Consumer<T> write) {
    out.varint(entries.size());
    entries.forEach(
        (path, value) -> {
          out.text(path);
          write.accept(value);
        });
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static CalibrationState decode(String source, byte[] bytes) {
    String thing = "calibration state " + source;
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new OctantException(
          "Cannot read " + thing + ": not a calibration state, expected it to begin with OCTCALST");
    }
    ByteSource head = new ByteSource(thing, bytes);
    head.raw(MAGIC.length);
    int version = head.u16();
    if (version != VERSION && version != VERSION_WITHOUT_NUMERICS) {
      throw new OctantException(
          "Cannot read "
              + thing
              + ": version "
              + version
              + ", expected "
              + VERSION_WITHOUT_NUMERICS
              + " or "
              + VERSION);
    }
    int bodyLength = Math.max(0, bytes.length - CHECKSUM_BYTES);
    byte[] body = Arrays.copyOf(bytes, bodyLength);
    ByteSource tail = new ByteSource(thing, Arrays.copyOfRange(bytes, bodyLength, bytes.length));
    if (tail.u32() != checksum(body)) {
      throw new OctantException(
          "Cannot read " + thing + ": the checksum differs, expected an intact, whole file");
    }
    return decodeBody(thing, new ByteSource(thing, body));
  }

  private static CalibrationState decodeBody(String thing, ByteSource in) {
    in.raw(MAGIC.length);
    int version = in.u16();
    CalibrationState s =
        new CalibrationState(new CalibrationKey(digest(in), digest(in), digest(in)));
    if (version == VERSION) {
      readNumerics(in, s);
    }
    s.addSamples(samples(in));
    readSection(in, path -> s.addTensor(path, tensor(in, thing, path)));
    readSection(in, path -> s.addChannels(path, channels(in)));
    readSection(in, path -> s.addBatches(path, batches(in)));
    in.requireEnd();
    if (version == VERSION_WITHOUT_NUMERICS && !s.isEmpty()) {
      s.addNumerics(Numerics.UNKNOWN);
    }
    return s;
  }

  private static void readNumerics(ByteSource in, CalibrationState s) {
    int n = in.count(MIN_NUMERICS_BYTES);
    Numerics last = null;
    for (int i = 0; i < n; i++) {
      Numerics next = new Numerics(in.text(), in.text(), in.text(), in.text(), kernels(in));
      if (last != null && next.compareTo(last) <= 0) {
        throw in.corrupt("numerics " + next + " after " + last + ", expected ascending ones");
      }
      s.addNumerics(next);
      last = next;
    }
  }

  private static int kernels(ByteSource in) {
    long version = in.varint();
    if (version > Integer.MAX_VALUE) {
      throw in.corrupt("version " + version + " of kernels, expected at most 2^31 - 1");
    }
    return (int) version;
  }

  private static SampleCounts samples(ByteSource in) {
    long samples = in.varint();
    long withNan = in.varint();
    long withInfinity = in.varint();
    return in.checked(() -> new SampleCounts(samples, withNan, withInfinity));
  }

  private static TensorStatistics tensor(ByteSource in, String thing, String path) {
    return TensorStatisticsCodec.decode(thing + ", statistics of " + path, in.block());
  }

  private static Digest digest(ByteSource in) {
    return Digest.ofRaw(in.raw(Digest.BYTES));
  }

  private static void readSection(ByteSource in, Consumer<String> readValue) {
    long count = in.varint();
    String last = null;
    for (long i = 0; i < count; i++) {
      String path = in.text();
      if (last != null && path.compareTo(last) <= 0) {
        throw in.corrupt("path " + path + " after " + last + ", expected ascending paths");
      }
      readValue.accept(path);
      last = path;
    }
  }

  private static ChannelRanges channels(ByteSource in) {
    int n = in.count(8);
    float[] min = new float[n];
    float[] max = new float[n];
    for (int c = 0; c < n; c++) {
      ValueRange range = in.range();
      min[c] = range.min();
      max[c] = range.max();
    }
    return new ChannelRanges(min, max);
  }

  private static BatchExtrema batches(ByteSource in) {
    int n = in.count(9);
    TreeMap<Long, ValueRange> out = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      long batch = in.varint();
      if (!out.isEmpty() && batch <= out.lastKey()) {
        throw in.corrupt("batch " + batch + " after " + out.lastKey() + ", expected ascending ids");
      }
      out.put(batch, in.range());
    }
    return in.checked(() -> new BatchExtrema(out));
  }
}
