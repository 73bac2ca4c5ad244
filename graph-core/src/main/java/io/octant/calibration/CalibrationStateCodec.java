package io.octant.calibration;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import io.octant.bytes.Envelope;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The byte layout of {@link CalibrationState}; {@code docs/format/calibration-state.md} draws it.
 * Paths ascend and numbers have one form each, so that equal states have equal bytes.
 */
final class CalibrationStateCodec {
  /** Has statistics of other packages; a state without any is written in version 2. */
  static final int VERSION = 3;

  static final int VERSION_OF_OWN_STATISTICS = 2;

  /** Has no numerics; otherwise as version 2. */
  private static final int VERSION_WITHOUT_NUMERICS = 1;

  static final Envelope ENVELOPE =
      new Envelope("calibration state", "OCTCALST", VERSION_WITHOUT_NUMERICS, VERSION);

  /** Around the form for the way between tasks; versions as on disk. */
  private static final Envelope PACKED =
      new Envelope("packed calibration state", "OCTPACKD", VERSION_OF_OWN_STATISTICS, VERSION);

  /** Four lengths and a number. */
  private static final int MIN_NUMERICS_BYTES = 5;

  private CalibrationStateCodec() {}

  static byte[] encode(CalibrationState s) {
    return seal(ENVELOPE, s, out -> writeOwn(s, TensorStatistics.KIND, out));
  }

  /** As on disk, but for the tensors. */
  static byte[] pack(CalibrationState s) {
    return seal(
        PACKED,
        s,
        out ->
            writeSection(
                s.statistics(TensorStatistics.KIND), out, t -> PackedTensors.write(t, out)));
  }

  private static byte[] seal(Envelope envelope, CalibrationState s, Consumer<ByteSink> tensors) {
    SortedSet<String> others = new TreeSet<>(s.kinds());
    StatisticKinds.OWN.forEach(kind -> others.remove(kind.name()));
    int version = others.isEmpty() ? VERSION_OF_OWN_STATISTICS : VERSION;
    return envelope.seal(
        version,
        out -> {
          out.raw(s.key().model().raw());
          out.raw(s.key().preparedGraph().raw());
          out.raw(s.key().observers().raw());
          out.varint(s.numerics().size());
          s.numerics().forEach(n -> n.write(out));
          out.varint(s.samples().samples());
          out.varint(s.samples().withNan());
          out.varint(s.samples().withInfinity());
          tensors.accept(out);
          writeOwn(s, ChannelRanges.KIND, out);
          writeOwn(s, BatchExtrema.KIND, out);
          if (version == VERSION) {
            out.varint(others.size());
            for (String name : others) {
              out.text(name);
              writeOther(s, StatisticKinds.other(ENVELOPE.thing(), name), out);
            }
          }
        });
  }

  private static <S extends Statistic<S>> void writeOwn(
      CalibrationState s, StatisticKind<S> kind, ByteSink out) {
    writeSection(s.statistics(kind), out, statistic -> kind.write(statistic, out));
  }

  /** Lengths stand before the entries, so that nothing read of one goes beyond its end. */
  private static <S extends Statistic<S>> void writeOther(
      CalibrationState s, StatisticKind<S> kind, ByteSink out) {
    writeSection(s.statistics(kind), out, statistic -> out.block(bytes(kind, statistic)));
  }

  private static <S extends Statistic<S>> byte[] bytes(StatisticKind<S> kind, S statistic) {
    ByteSink out = new ByteSink();
    kind.write(statistic, out);
    return out.toBytes();
  }

  private static <S> void writeSection(
      SortedMap<String, S> entries, ByteSink out, Consumer<S> write) {
    out.varint(entries.size());
    entries.forEach(
        (path, value) -> {
          out.text(path);
          write.accept(value);
        });
  }

  static CalibrationState decode(String source, byte[] bytes) {
    Envelope.Opened opened = ENVELOPE.open(source, bytes);
    CalibrationState s = new CalibrationState(key(opened.content()));
    readOn(opened, s, in -> readSection(in, s, TensorStatistics.KIND::read));
    if (opened.version() == VERSION_WITHOUT_NUMERICS && !s.isEmpty()) {
      s.addNumerics(Numerics.UNKNOWN);
    }
    return s;
  }

  static CalibrationState unpack(byte[] bytes) {
    Envelope.Opened opened = PACKED.open(bytes);
    CalibrationState s = new CalibrationState(key(opened.content()));
    readPackedOn(opened, s);
    return s;
  }

  /** Adds what {@link #pack} wrote to a state. */
  static void mergePacked(byte[] bytes, CalibrationState s) {
    Envelope.Opened opened = PACKED.open(bytes);
    s.requireSameKey(key(opened.content()));
    readPackedOn(opened, s);
  }

  private static void readPackedOn(Envelope.Opened opened, CalibrationState s) {
    readOn(
        opened,
        s,
        in -> readEntries(in, (path, source) -> PackedTensors.add(source, s.tensors(path))));
  }

  private static CalibrationKey key(ByteSource in) {
    return new CalibrationKey(digest(in), digest(in), digest(in));
  }

  /** Reads what stands behind the key. */
  private static void readOn(
      Envelope.Opened opened, CalibrationState s, Consumer<ByteSource> tensors) {
    ByteSource in = opened.content();
    if (opened.version() != VERSION_WITHOUT_NUMERICS) {
      readNumerics(in, s);
    }
    s.addSamples(samples(in));
    tensors.accept(in);
    readSection(in, s, ChannelRanges.KIND::read);
    readSection(in, s, BatchExtrema.KIND::read);
    if (opened.version() == VERSION) {
      readOthers(in, s);
    }
    in.requireEnd();
  }

  private static void readNumerics(ByteSource in, CalibrationState s) {
    int n = in.count(MIN_NUMERICS_BYTES);
    Numerics last = null;
    for (int i = 0; i < n; i++) {
      Numerics next = Numerics.read(in);
      if (last != null && next.compareTo(last) <= 0) {
        throw in.corrupt("numerics " + next + " after " + last + ", expected ascending ones");
      }
      s.addNumerics(next);
      last = next;
    }
  }

  private static SampleCounts samples(ByteSource in) {
    long samples = in.varint();
    long withNan = in.varint();
    long withInfinity = in.varint();
    return in.checked(() -> new SampleCounts(samples, withNan, withInfinity));
  }

  private static Digest digest(ByteSource in) {
    return Digest.ofRaw(in.raw(Digest.BYTES));
  }

  private static void readOthers(ByteSource in, CalibrationState s) {
    long kinds = in.varint();
    if (kinds == 0) {
      throw in.corrupt("no further kinds of statistics, expected version 2 then");
    }
    String last = null;
    for (long i = 0; i < kinds; i++) {
      String name = in.text();
      requireAscending(in, "kind", last, name);
      last = name;
      StatisticKind<?> kind = StatisticKinds.other(in.thing(), name);
      if (readSection(in, s, source -> readOther(source, kind)) == 0) {
        throw in.corrupt("kind " + name + " without entries, expected it to be left out");
      }
    }
  }

  private static <S extends Statistic<S>> S readOther(ByteSource in, StatisticKind<S> kind) {
    byte[] block = in.block();
    ByteSource content = new ByteSource(in.thing(), block);
    S statistic = content.checked(() -> kind.read(content));
    content.requireEnd();
    if (!Arrays.equals(bytes(kind, statistic), block)) {
      throw in.corrupt(statistic + ", expected it in the bytes that it is written as");
    }
    return statistic;
  }

  /** Reads the statistic of one observer. */
  private interface Read {
    Statistic<?> from(ByteSource in);
  }

  /** Reads a section of statistics that are added to a state; returns how many. */
  private static long readSection(ByteSource in, CalibrationState s, Read read) {
    return readEntries(in, (path, source) -> s.adopt(path, read.from(source)));
  }

  private static long readEntries(ByteSource in, BiConsumer<String, ByteSource> read) {
    long count = in.varint();
    String last = null;
    for (long i = 0; i < count; i++) {
      String path = in.text();
      requireAscending(in, "path", last, path);
      in.within(
          ", statistics of " + path,
          () -> {
            read.accept(path, in);
            return path;
          });
      last = path;
    }
    return count;
  }

  private static void requireAscending(
      ByteSource in, String what, @Nullable String last, String next) {
    if (last != null && next.compareTo(last) <= 0) {
      throw in.corrupt(what + " " + next + " after " + last + ", expected ascending " + what + "s");
    }
  }
}
