package io.octant.calibration;

import io.octant.OctantException;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private final TreeMap<String, TensorStatistics> tensors = new TreeMap<>();
  private final TreeMap<String, ChannelRanges> channels = new TreeMap<>();
  private final TreeMap<String, BatchExtrema> batches = new TreeMap<>();

  /** The neutral element of a key. */
  public CalibrationState(CalibrationKey key) {
    this.key = key;
  }

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

  /** Merges statistics of one observer; they are copied. */
  public void addTensor(String observer, TensorStatistics statistics) {
    TensorStatistics mine = tensors.get(observer);
    if (mine == null) {
      tensors.put(observer, statistics.copy());
    } else {
      mine.merge(statistics);
    }
  }

  /** Merges ranges of channels of one observer. */
  public void addChannels(String observer, ChannelRanges ranges) {
    channels.merge(observer, ranges, ChannelRanges::merge);
  }

  /** Adds extrema of batches of one observer. */
  public void addBatches(String observer, BatchExtrema extrema) {
    batches.merge(observer, extrema, BatchExtrema::merge);
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

  private void add(CalibrationState other) {
    requireSame("model", key.model(), other.key.model());
    requireSame("prepared graph", key.preparedGraph(), other.key.preparedGraph());
    requireSame("observer configuration", key.observers(), other.key.observers());
    TreeMap<String, BatchExtrema> mergedBatches = new TreeMap<>(batches);
    TreeMap<String, ChannelRanges> mergedChannels = new TreeMap<>(channels);
    other.batches.forEach((path, b) -> mergedBatches.merge(path, b, BatchExtrema::merge));
    other.channels.forEach((path, c) -> mergedChannels.merge(path, c, ChannelRanges::merge));
    batches.putAll(mergedBatches);
    channels.putAll(mergedChannels);
    other.tensors.forEach(this::addTensor);
    numerics.addAll(other.numerics);
    addSamples(other.samples);
  }

  private static void requireSame(String what, Digest mine, Digest theirs) {
    if (!mine.equals(theirs)) {
      throw new OctantException(
          "Cannot merge calibration states: " + what + " " + theirs + ", expected " + mine);
    }
  }

  /** Whether nothing was seen. */
  public boolean isEmpty() {
    return samples.equals(SampleCounts.NONE)
        && numerics.isEmpty()
        && tensors.isEmpty()
        && channels.isEmpty()
        && batches.isEmpty();
  }

  public SampleCounts samples() {
    return samples;
  }

  /** Statistics by observer path, in order of the paths. */
  public SortedMap<String, TensorStatistics> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  /** Ranges of channels by observer path. */
  public SortedMap<String, ChannelRanges> channels() {
    return Collections.unmodifiableSortedMap(channels);
  }

  /** Extrema of batches by observer path. */
  public SortedMap<String, BatchExtrema> batches() {
    return Collections.unmodifiableSortedMap(batches);
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
        && tensors.equals(s.tensors)
        && channels.equals(s.channels)
        && batches.equals(s.batches);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, numerics, samples, tensors, channels, batches);
  }

  @Override
  public String toString() {
    return "CalibrationState{samples="
        + samples.samples()
        + ", observers="
        + tensors.keySet()
        + "}";
  }
}
