package io.octant.jobs.state;

import io.octant.calibration.Drift;
import io.octant.jobs.config.SettingsException;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a tensor may move; +∞ for no limit. See {@link Drift}.
 *
 * @param scaleChange limit on the change of a scale, up or down
 */
public record DriftLimits(double psi, double steps, double outside, double scaleChange) {
  /**
   * @throws SettingsException if a limit is negative or NaN
   */
  public DriftLimits {
    require("--max-psi", psi);
    require("--max-steps", steps);
    require("--max-outside", outside);
    require("--max-scale-change", scaleChange);
  }

  private static void require(String option, double limit) {
    if (!(limit >= 0)) {
      throw new SettingsException(
          "Cannot compare with %s: %s, expected a number of at least 0".formatted(option, limit));
    }
  }

  /** The names of the figures that are beyond their limit. */
  List<String> exceededBy(Drift drift) {
    List<String> names = new ArrayList<>();
    add(names, "psi", drift.psi(), psi);
    add(names, "steps", drift.steps(), steps);
    add(names, "outside", drift.outside(), outside);
    add(names, "scaleChange", Math.abs(drift.scaleChange()), scaleChange);
    return names;
  }

  private static void add(List<String> names, String name, double value, double limit) {
    if (value > limit) {
      names.add(name);
    }
  }
}
