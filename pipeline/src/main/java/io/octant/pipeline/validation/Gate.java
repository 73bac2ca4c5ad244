package io.octant.pipeline.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Limits that an int8 model must reach to be published. An empty limit always holds.
 *
 * @param minAccuracy least int8 accuracy, 0 to 1
 * @param maxAccuracyDrop how far int8 accuracy may fall below float, 0 to 1
 * @param minAgreement least share of samples with the same top-1, 0 to 1
 * @param minSqnrDb least signal to quantization noise of the output
 */
public record Gate(
    OptionalDouble minAccuracy,
    OptionalDouble maxAccuracyDrop,
    OptionalDouble minAgreement,
    OptionalDouble minSqnrDb) {
  /** Lets everything pass. */
  public static final Gate OPEN =
      new Gate(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /** Accuracies are ratios of counts: their difference is off by rounding only. */
  private static final double ROUNDING = 1e-9;

  /** Whether there is no limit at all. */
  public boolean isOpen() {
    return equals(OPEN);
  }

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
    List<String> missed = new ArrayList<>();
    result
        .accuracy()
        .ifPresent(
            a -> {
              atLeast("accuracy", a.int8(), minAccuracy, "%.4f", missed);
              maxAccuracyDrop.ifPresent(
                  limit -> {
                    if (a.drop() > limit + ROUNDING) {
                      missed.add(missed("accuracy drop", a.drop(), "at most", limit, "%.4f"));
                    }
                  });
            });
    atLeast("agreement", result.agreement(), minAgreement, "%.4f", missed);
    atLeast("SQNR in dB", result.sqnrDb(), minSqnrDb, "%.2f", missed);
    for (OutputComparison output : isOpen() ? List.<OutputComparison>of() : result.outputs()) {
      if (output.int8NanOnly() > 0) {
        missed.add(
            output.int8NanOnly()
                + " of "
                + output.compared()
                + " parts of output '"
                + output.name()
                + "' have NaN in int8 only, expected none");
      }
    }
    if (!missed.isEmpty()) {
      throw new GateException("Cannot publish the int8 model: " + String.join("; ", missed));
    }
  }

  private static void atLeast(
      String measure, double value, OptionalDouble limit, String format, List<String> missed) {
    limit.ifPresent(
        least -> {
          // Not "value < least": a NaN is no pass.
          if (!(value >= least)) {
            missed.add(missed(measure, value, "at least", least, format));
          }
        });
  }

  private static String missed(
      String measure, double value, String relation, double limit, String format) {
    return measure
        + " is "
        + String.format(Locale.ROOT, format, value)
        + ", expected "
        + relation
        + " "
        + String.format(Locale.ROOT, format, limit);
  }
}
