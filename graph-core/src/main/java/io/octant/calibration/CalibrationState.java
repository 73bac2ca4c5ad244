package io.octant.calibration;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything a calibration learns about a prepared model: statistics by observer path, and what
 * they belong to. A commutative monoid under {@link #merge} for one {@link CalibrationKey} and one
 * {@link Numerics}, so that {@link #sha256} is a pure function of the multiset of samples: the same
 * for any number of partitions, any order, and any tree of merges.
 *
 * <p>Mutable and not thread-safe.
 *
 * <p>No PyTorch counterpart: there, statistics are buffers of the observers of one process.
 */
public final class CalibrationState {
  private final CalibrationKey key;
  private final TreeSet<Numerics> numerics = new TreeSet<>();
  private SampleCounts samples = SampleCounts.NONE;

  /** By name of the kind, then by observer path; no kind without an entry. */
  private TreeMap<String, SortedMap<String, Statistic<?>>> statistics = new TreeMap<>();

  /** The neutral element of a key. */
  public CalibrationState(CalibrationKey key) {
    this.key = key;
  }

  /** Digests of model, graph and observers; states merge only if they agree. */
  public CalibrationKey key() {
    return key;
  }

  /**
   * Notes what the float sums were computed by. Every state that samples went into has at least
   * one.
   */
  public void addNumerics(Numerics computedBy) {
    numerics.add(computedBy);
  }

  /**
   * What the float sums were computed by: nothing in an empty state, several if they were accepted
   * on request, {@link Numerics#UNKNOWN} if the state does not say.
   */
  public SortedSet<Numerics> numerics() {
    return Collections.unmodifiableSortedSet(numerics);
  }

  /** Counts samples that went through the model. */
  public void addSamples(SampleCounts more) {
    samples = samples.plus(more);
  }

  /**
   * Adds what an observer saw to what is known of it; it is copied.
   *
   * @throws OctantException if the two cannot be of one observer; this state is unchanged then
   */
  public void add(String observer, Statistic<?> statistic) {
    adopt(observer, statistic.copy());
  }

  /** As {@link #add}, without a copy: nobody else may hold the statistic. */
  public void adopt(String observer, Statistic<?> statistic) {
    statistics
        .computeIfAbsent(statistic.kind().name(), k -> new TreeMap<>())
        .merge(observer, statistic, CalibrationState::sum);
  }

  private static Statistic<?> sum(Statistic<?> mine, Statistic<?> more) {
    return typedSum(mine, more);
  }

  private static <S extends Statistic<S>> S typedSum(Statistic<S> mine, Statistic<?> more) {
    StatisticKind<S> kind = mine.kind();
    return kind.type().cast(mine).plus(kind.type().cast(more));
  }

  /**
   * Adds all that another state holds; the other is not changed.
   *
   * @throws OctantException if the keys or the numerics differ, naming what differs, or a batch is
   *     in both; this state is unchanged then
   */
  public void merge(CalibrationState other) {
    merge(other, MixedNumerics.REFUSE);
  }

  /**
   * As {@link #merge(CalibrationState)}, with a say on states whose numerics differ. Unknown ones
   * differ from all, because nothing shows that they agree.
   */
  public void merge(CalibrationState other, MixedNumerics mixed) {
    if (mixed == MixedNumerics.REFUSE) {
      requireSameNumerics(other);
    }
    add(other);
  }

  private void requireSameNumerics(CalibrationState other) {
    boolean eitherIsNeutral = numerics.isEmpty() || other.numerics.isEmpty();
    boolean same = numerics.equals(other.numerics) && !numerics.contains(Numerics.UNKNOWN);
    if (!eitherIsNeutral && !same) {
      throw new OctantException(
          "Cannot merge calibration states: numerics "
              + named(other.numerics)
              + ", expected "
              + named(numerics)
              + " as float sums of different ones differ in their last digits");
    }
  }

  private static String named(SortedSet<Numerics> numerics) {
    String names = String.join(" and ", numerics.stream().map(Numerics::toString).toList());
    return numerics.size() > 1 ? "mixed: " + names : names;
  }

  /** Refuses a key that is not this state's. */
  void requireSameKey(CalibrationKey other) {
    requireSame("model", key.model(), other.model());
    requireSame("prepared graph", key.preparedGraph(), other.preparedGraph());
    requireSame("observer configuration", key.observers(), other.observers());
  }

  /** What an observer saw, to be added to; nothing yet if it is not there. */
  TensorStatistics tensors(String observer) {
    return TensorStatistics.KIND
        .type()
        .cast(
            statistics
                .computeIfAbsent(TensorStatistics.KIND.name(), k -> new TreeMap<>())
                .computeIfAbsent(observer, path -> new TensorStatistics()));
  }

  private void add(CalibrationState other) {
    requireSameKey(other.key);
    SampleCounts sampled = samples.plus(other.samples);
    TreeMap<String, SortedMap<String, Statistic<?>>> merged = new TreeMap<>();
    statistics.forEach((kind, all) -> merged.put(kind, new TreeMap<>(all)));
    other.statistics.forEach(
        (kind, all) -> {
          SortedMap<String, Statistic<?>> mine = merged.computeIfAbsent(kind, k -> new TreeMap<>());
          all.forEach(
              (path, s) -> mine.compute(path, (p, old) -> old == null ? s.copy() : sum(old, s)));
        });
    statistics = merged;
    numerics.addAll(other.numerics);
    samples = sampled;
  }

  private static void requireSame(String what, Digest mine, Digest theirs) {
    if (!mine.equals(theirs)) {
      throw new OctantException(
          "Cannot merge calibration states: " + what + " " + theirs + ", expected " + mine);
    }
  }

  /** Whether nothing was seen. */
  public boolean isEmpty() {
    return samples.equals(SampleCounts.NONE) && numerics.isEmpty() && statistics.isEmpty();
  }

  /** Counts of the samples that were observed. */
  public SampleCounts samples() {
    return samples;
  }

  /** Statistics of one kind by observer path, in order of the paths. */
  public <S extends Statistic<S>> SortedMap<String, S> statistics(StatisticKind<S> kind) {
    return kind.all(statistics.getOrDefault(kind.name(), Collections.emptySortedMap()));
  }

  /** Hands over all statistics with their observer paths: by kind, in order of the paths. */
  public void forEach(BiConsumer<String, Statistic<?>> visit) {
    statistics.values().forEach(all -> all.forEach(visit));
  }

  /** Names of the kinds that there are statistics of, in their order. */
  SortedSet<String> kinds() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(statistics.keySet()));
  }

  /** An independent state of equal content. */
  public CalibrationState copy() {
    CalibrationState out = new CalibrationState(key);
    out.add(this);
    return out;
  }

  /**
   * The state in the layout of {@code docs/format/calibration-state.md}; equal states, equal bytes.
   */
  public byte[] toBytes() {
    return CalibrationStateCodec.encode(this);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param source where the bytes come from, named in errors
   * @throws OctantException if the bytes are no calibration state, truncated, corrupt or of an
   *     unknown version
   */
  public static CalibrationState fromBytes(String source, byte[] bytes) {
    return CalibrationStateCodec.decode(source, bytes);
  }

  /**
   * The state in few bytes, for the way between the tasks of one job; never kept. Equal states have
   * equal bytes.
   */
  public byte[] toPackedBytes() {
    return CalibrationStateCodec.pack(this);
  }

  /**
   * Reads what {@link #toPackedBytes} wrote.
   *
   * @throws OctantException if the bytes are no packed state, truncated or corrupt
   */
  public static CalibrationState fromPackedBytes(byte[] bytes) {
    return CalibrationStateCodec.unpack(bytes);
  }

  /**
   * Merges what {@link #toPackedBytes} wrote, of any numerics, in place: many states cost no more
   * memory than one.
   *
   * @throws OctantException if the keys differ, naming what differs; this state is unchanged then.
   *     Also if the bytes are no packed state, truncated or corrupt, or a count passes 2^63 − 1;
   *     then this state is of no further use
   */
  public void mergePacked(byte[] bytes) {
    CalibrationStateCodec.mergePacked(bytes, this);
  }

  /** Whether bytes begin as those of a state do. */
  public static boolean isIn(byte[] bytes) {
    return CalibrationStateCodec.ENVELOPE.isAround(bytes);
  }

  /** SHA-256 of {@link #toBytes}. */
  public Digest sha256() {
    return Digest.of(toBytes());
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof CalibrationState s
        && key.equals(s.key)
        && numerics.equals(s.numerics)
        && samples.equals(s.samples)
        && statistics.equals(s.statistics);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, numerics, samples, statistics);
  }

  @Override
  public String toString() {
    TreeSet<String> observers = new TreeSet<>();
    forEach((path, s) -> observers.add(path));
    return "CalibrationState{samples=" + samples.samples() + ", observers=" + observers + "}";
  }
}
