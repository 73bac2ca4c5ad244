package io.octant.jobs.config;

import java.util.List;
import java.util.Optional;

/**
 * A part of the rows by chance, the same in every run.
 *
 * @param fraction of the rows, above 0, up to 1
 * @param seed another one gives another part
 * @param key column whose value decides, so that rows of one value stay together; empty for the
 *     place of the row
 */
public record SampleConfig(double fraction, int seed, Optional<String> key) {

  /**
   * @throws SettingsException if there is a seed or a key but no fraction, so that nobody would
   *     read them, or if the fraction is 0
   */
  static Optional<SampleConfig> of(
      Settings settings, Key<Double> fraction, Key<Integer> seed, Key<String> key) {
    Optional<Double> share = settings.find(fraction);
    if (share.isEmpty()) {
      settings.refuse(
          fraction, List.of(seed, key), "all rows are read, expected key " + fraction.path());
      return Optional.empty();
    }
    if (share.get() == 0) {
      throw new SettingsException(
          "Cannot read key %s: 0, expected a number above 0, up to 1".formatted(fraction.path()));
    }
    return Optional.of(new SampleConfig(share.get(), settings.value(seed), settings.find(key)));
  }
}
