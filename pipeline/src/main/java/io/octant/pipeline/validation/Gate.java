package io.octant.pipeline.validation;

import io.octant.pipeline.validation.ValidationResult.Accuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Limits that an int8 model must reach to be published. An empty limit always holds; NaN where
 * float has none is never published.
 *
 * @param minAccuracy least int8 accuracy, 0 to 1
 * @param maxAccuracyDrop how far int8 accuracy may fall below float, 0 to 1
 * @param minAgreement least share of samples with the same top-1, 0 to 1
 * @param minSqnrDb least signal to quantization noise of the output
 * @param minCosine least mean cosine similarity of the output to that of float, −1 to 1
 */
public record Gate(
    OptionalDouble minAccuracy,
    OptionalDouble maxAccuracyDrop,
    OptionalDouble minAgreement,
    OptionalDouble minSqnrDb,
    OptionalDouble minCosine) {
  /** Lets every accuracy and error pass. */
  public static final Gate OPEN =
      new Gate(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /** Accuracies are ratios of counts: their difference is off by rounding only. */
  private static final double ROUNDING = 1e-9;

  /** Whether the evaluation data must have labels. */
  public boolean needsLabels() {
    return minAccuracy.isPresent() || maxAccuracyDrop.isPresent();
  }

  /**
   * Checks a result.
   *
   * @throws GateException naming every limit that is missed
   */
  public void check(ValidationResult result) {
    if (needsLabels() && result.accuracy().isEmpty()) {
      throw new GateException(
          "Cannot gate on accuracy: no labels in the evaluation data, expected a label column");
    }
    List<String> missed =
        measured(result).stream().filter(l -> !l.passed()).map(Limit::description).toList();
    if (!missed.isEmpty()) {
      throw new GateException("Cannot publish the int8 model: " + String.join("; ", missed));
    }
  }

  /** Every limit that is set, with what was measured; the order is that of the record. */
  public List<Limit> measured(ValidationResult result) {
    double accuracy = result.accuracy().map(Accuracy::int8).orElse(Double.NaN);
    double drop = result.accuracy().map(Accuracy::drop).orElse(Double.NaN);
    List<Limit> limits = new ArrayList<>();
    add("minAccuracy", "accuracy", accuracy, minAccuracy, "%.4f", limits);
    maxAccuracyDrop.ifPresent(
        most ->
            limits.add(
                new Limit(
                    "maxAccuracyDrop",
                    drop,
                    most,
                    drop <= most + ROUNDING,
                    description("accuracy drop", drop, "at most", most, "%.4f"))));
    add("minAgreement", "agreement", result.agreement(), minAgreement, "%.4f", limits);
    add("minSqnrDb", "SQNR in dB", result.sqnrDb(), minSqnrDb, "%.2f", limits);
    add("minCosine", "mean cosine to float", result.cosine(), minCosine, "%.4f", limits);
    for (OutputComparison output : result.outputs()) {
      if (equals(OPEN) && output.int8NanOnly() == 0) {
        continue; // no limit is set, and none is missed
      }
      limits.add(
          new Limit(
              "int8NanOnly of output " + output.name(),
              output.int8NanOnly(),
              0,
              output.int8NanOnly() == 0,
              output.int8NanOnly()
                  + " of "
                  + output.compared()
                  + " parts of output '"
                  + output.name()
                  + "' have NaN in int8 only, expected none"
                  + result
                      .layers()
                      .flatMap(LayerComparison::firstNanOfInt8)
                      .map(node -> "; it comes in at " + node)
                      .orElse("")));
    }
    return limits;
  }

  private static void add(
      String name,
      String measure,
      double value,
      OptionalDouble limit,
      String format,
      List<Limit> limits) {
    limit.ifPresent(
        least ->
            limits.add(
                new Limit(
                    name,
                    value,
                    least,
                    // Not "not less": a NaN is no pass.
                    value >= least,
                    description(measure, value, "at least", least, format))));
  }

  private static String description(
      String measure, double value, String relation, double limit, String format) {
    return measure
        + " is "
        + String.format(Locale.ROOT, format, value)
        + ", expected "
        + relation
        + " "
        + String.format(Locale.ROOT, format, limit);
  }

  /**
   * One limit and how it was met.
   *
   * @param name of the component, or of what is not allowed at all
   * @param value measured; NaN if nothing was
   * @param threshold the limit
   * @param passed whether it is met
   * @param description measured and expected, for messages
   */
  public record Limit(
      String name, double value, double threshold, boolean passed, String description) {}
}
