package io.octant.jobs.config;

import io.octant.calibration.RangeMethod;
import java.util.Locale;

/** Ways to solve the range of an activation from its observed distribution. */
public enum Method {
  L2,
  MSE,
  MINMAX,
  PERCENTILE,
  ENTROPY;

  /** The library's default. */
  static Method byDefault() {
    return valueOf(RangeMethod.byDefault().toString().toUpperCase(Locale.ROOT));
  }

  /**
   * The method of this name.
   *
   * @param percent share of values inside the range, for {@link #PERCENTILE} only
   */
  public RangeMethod range(double percent) {
    String name = name().toLowerCase(Locale.ROOT);
    return RangeMethod.parse(this == PERCENTILE ? name + ":" + percent : name);
  }
}
