package io.octant.pipeline.leaderboard;

import io.octant.pipeline.evaluation.CandidateTotals;
import io.octant.pipeline.evaluation.PairedTest;
import io.octant.pipeline.evaluation.Proportion;
import io.octant.pipeline.validation.ComparedOutput;
import io.octant.pipeline.validation.OutputComparison;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One model in the table.
 *
 * @param name its own
 * @param kind {@code float}, {@code settings}, {@code model} or {@code checkpoint}
 * @param tags what it can be filtered by, in order
 * @param settings what it was made by, for readers
 * @param facts of its file; empty if it could not be made
 * @param error why it has no figures; empty if it has
 * @param totals what was counted
 * @param compared the primary output against float
 */
public record Row(
    String name,
    String kind,
    List<String> tags,
    SortedMap<String, String> settings,
    Optional<Facts> facts,
    String error,
    CandidateTotals totals,
    OutputComparison compared) {

  /** From here on a p-value says that a difference may be chance. */
  private static final double CHANCE = 0.05;

  /**
   * What is known of a model without running it.
   *
   * @param sha256 of its file
   * @param bytes length of its file
   * @param int8Layers layers with weights that it computes in 8 bits
   * @param warnings of its settings, such as overrides that fit nothing in the model
   */
  public record Facts(String sha256, long bytes, int int8Layers, List<String> warnings) {
    public Facts {
      warnings = List.copyOf(warnings);
    }
  }

  public Row {
    tags = List.copyOf(tags);
    settings = new TreeMap<>(settings);
  }

  /** A row of totals. */
  public static Row of(
      String name,
      String kind,
      List<String> tags,
      SortedMap<String, String> settings,
      Optional<Facts> facts,
      String error,
      CandidateTotals totals,
      ComparedOutput output) {
    return new Row(
        name,
        kind,
        tags,
        settings,
        facts,
        error.isEmpty() ? totals.error() : error,
        totals,
        totals.output().result(output));
  }

  /** Where the accuracy of a model stands beside that of the float model, best first. */
  public enum Standing {
    /** Above it by more than chance. */
    BETTER,
    /** The difference may be chance, or there are no labels. */
    EVEN,
    /** Below it by more than chance. */
    WORSE
  }

  /**
   * Best first: by quality, then agreement, accuracy, the smaller file, the name; what failed comes
   * last.
   */
  public static Comparator<Row> bestFirst() {
    return Comparator.comparing((Row r) -> !r.error().isEmpty())
        .thenComparing(byQuality())
        .thenComparing(r -> -orLeast(r.compared().agreement()))
        .thenComparing(r -> -r.share())
        .thenComparing(r -> r.facts().map(Facts::bytes).orElse(Long.MAX_VALUE))
        .thenComparing(Row::name);
  }

  /**
   * Best first: by standing; of one standing those without NaN and infinities; who stands apart
   * from float by accuracy, who does not by how near the output is to float's (SQNR), as there
   * accuracy tells nothing. Rows that do not differ in these are equal.
   */
  static Comparator<Row> byQuality() {
    return Comparator.comparing(Row::standing)
        .thenComparing(r -> r.compared().int8NanOnly() + r.compared().nonFiniteElements())
        .thenComparing(r -> r.standing() == Standing.EVEN ? 0.0 : -r.share())
        .thenComparing(r -> -orLeast(r.compared().sqnrDb()));
  }

  private double share() {
    return accuracy().map(Proportion::value).orElse(0.0);
  }

  /** Whether the accuracy differs from float's by more than chance, by McNemar's mid-p. */
  public Standing standing() {
    if (paired().map(PairedTest::midP).orElse(1.0) >= CHANCE) {
      return Standing.EVEN;
    }
    return difference().orElse(0) > 0 ? Standing.BETTER : Standing.WORSE;
  }

  private static double orLeast(double x) {
    return Double.isNaN(x) ? Double.NEGATIVE_INFINITY : x;
  }

  /** Whether it has figures. */
  public boolean hasFigures() {
    return error.isEmpty() && totals.samples() > 0;
  }

  /** Whether there is anything finite in its output to compare with float's. */
  public boolean isComparable() {
    return hasFigures() && !Double.isNaN(compared.sqnrDb());
  }

  /** Top-1 accuracy; empty without labels. */
  public Optional<Proportion> accuracy() {
    return share(totals.labels().correct());
  }

  /** Share of samples whose label is among the highest scores; empty without labels or scores. */
  public Optional<Proportion> topAccuracy() {
    return totals.labels().isRanked() ? share(totals.labels().amongTop()) : Optional.empty();
  }

  private Optional<Proportion> share(long count) {
    long labelled = totals.labels().labelled();
    return !hasFigures() || labelled == 0
        ? Optional.empty()
        : Optional.of(Proportion.of(count, labelled));
  }

  /**
   * Accuracy less that of float, a fraction, over the samples in which float has no NaN; empty
   * without such that have labels.
   */
  public OptionalDouble difference() {
    return paired().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            (double) (totals.candidateOnly() - totals.floatOnly()) / totals.paired());
  }

  /** The difference against chance; empty as {@link #difference}. */
  public Optional<PairedTest> paired() {
    return hasFigures() && totals.paired() > 0
        ? Optional.of(PairedTest.of(totals.floatOnly(), totals.candidateOnly()))
        : Optional.empty();
  }

  /** Samples a second of one thread, as measured; empty if nothing was. */
  public OptionalDouble samplesPerSecond() {
    return hasFigures() && totals.nanos() > 0
        ? OptionalDouble.of(totals.samples() * 1e9 / totals.nanos())
        : OptionalDouble.empty();
  }
}
