package io.octant.jobs.config;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The gate: what an int8 model must reach; an empty limit always holds. Shares are fractions.
 *
 * @param output name of the output that labels and limits are about; empty leaves the choice to the
 *     pipeline
 * @param layers samples on which layers are compared, 0 for none
 */
public record ValidationConfig(
    Optional<String> output,
    OptionalDouble minAccuracy,
    OptionalDouble maxAccuracyDrop,
    OptionalDouble minAgreement,
    OptionalDouble minSqnrDb,
    OptionalDouble minCosine,
    int layers) {

  static ValidationConfig of(Settings settings) {
    return new ValidationConfig(
        settings.find(Keys.VALIDATION_OUTPUT),
        limit(settings.find(Keys.MIN_ACCURACY)),
        limit(settings.find(Keys.MAX_ACCURACY_DROP)),
        limit(settings.find(Keys.MIN_AGREEMENT)),
        limit(settings.find(Keys.MIN_SQNR_DB)),
        limit(settings.find(Keys.MIN_COSINE)),
        settings.value(Keys.VALIDATION_LAYERS));
  }

  boolean needsAccuracy() {
    return minAccuracy.isPresent() || maxAccuracyDrop.isPresent();
  }

  boolean isGate() {
    return needsAccuracy()
        || minAgreement.isPresent()
        || minSqnrDb.isPresent()
        || minCosine.isPresent();
  }

  private static OptionalDouble limit(Optional<Double> number) {
    return number.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
