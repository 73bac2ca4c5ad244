package io.octant.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the values of a tensor have moved from those of an earlier calibration. All of it is
 * computed from counts on the grid, so that it is a pure function of the two multisets of values,
 * exact to the width of a bin: 2^−10 of a value. NaN is left out.
 *
 * <p>Where one of the two has no finite value and the other has some, everything is +∞; where
 * neither has, everything is 0. No PyTorch counterpart.
 *
 * @param psi population stability index, Σ (q − p) · ln(q / p), over the deciles of the earlier
 *     values and what lies below and above them all. A spike that spans several deciles is one
 *     class; a share below 10^−4 counts as 10^−4
 * @param wasserstein area between the two cumulative distributions of finite values, in units of
 *     the values
 * @param steps the same in quantization steps of the earlier range
 * @param outside share of the later values beyond the earlier extrema, infinities among them
 * @param scaleChange relative change of the quantization step, later / earlier − 1
 */
public record Drift(
    double psi, double wasserstein, double steps, double outside, double scaleChange) {
  private static final int CLASSES = 10;
  private static final double LEAST_SHARE = 1e-4;

  /** Beyond what sums of shares lose, and less than the share of a value in 2^29. */
  private static final double ROUNDING = 1e-9;

  /** Nothing has moved. */
  public static final Drift NONE = new Drift(0, 0, 0, 0, 0);

  /** One side has no values that the other's could be compared with. */
  private static final Drift ENTIRE =
      new Drift(
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY);

  /**
   * Compares two calibrations of one observer.
   *
   * @param method how the ranges behind {@code steps} and {@code scaleChange} are found
   * @param target what they are for
   */
  public static Drift between(
      TensorStatistics earlier,
      TensorStatistics later,
      RangeMethod method,
      QuantizationTarget target) {
    if (!earlier.hasRange() || !later.hasRange()) {
      return earlier.hasRange() == later.hasRange() ? NONE : ENTIRE;
    }
    List<Place> places = places(earlier, later);
    double distance = distance(places);
    double before = step(earlier, method, target);
    double after = step(later, method, target);
    return new Drift(
        psi(places),
        distance,
        ratio(distance, before),
        outside(earlier, later),
        after == before ? 0 : ratio(after, before) - 1);
  }

  private static double step(
      TensorStatistics statistics, RangeMethod method, QuantizationTarget target) {
    ValueRange range = method.solve(statistics, target);
    return target.step(range.min(), range.max());
  }

  private static double ratio(double part, double whole) {
    return part == 0 ? 0 : part / whole;
  }

  /** A value that stands for a bin, and what share of the finite values lies there. */
  private record Place(double value, double earlier, double later) {}

  private static List<Place> places(TensorStatistics earlier, TensorStatistics later) {
    TreeMap<Double, double[]> shares = new TreeMap<>();
    addShares(earlier, 0, shares);
    addShares(later, 1, shares);
    List<Place> out = new ArrayList<>(shares.size());
    for (Map.Entry<Double, double[]> e : shares.entrySet()) {
      out.add(new Place(e.getKey(), e.getValue()[0], e.getValue()[1]));
    }
    return out;
  }

  private static void addShares(
      TensorStatistics statistics, int side, TreeMap<Double, double[]> shares) {
    double total = statistics.finiteCount();
    if (statistics.special().finite() != 0) {
      shares.computeIfAbsent(0.0, v -> new double[2])[side] = statistics.special().finite() / total;
    }
    statistics.forEachBin(
        (lower, upper, count) ->
            shares.computeIfAbsent((lower + upper) / 2, v -> new double[2])[side] = count / total);
  }

  private static double psi(List<Place> places) {
    double[] earlier = new double[CLASSES + 2];
    double[] later = new double[CLASSES + 2];
    double below = 0;
    for (Place place : places) {
      int at = classOf(place, below);
      earlier[at] += place.earlier;
      later[at] += place.later;
      below += place.earlier;
    }
    double psi = 0;
    for (int i = 0; i < earlier.length; i++) {
      double p = Math.max(LEAST_SHARE, earlier[i]);
      double q = Math.max(LEAST_SHARE, later[i]);
      psi += (q - p) * Math.log(q / p);
    }
    return psi;
  }

  /** The decile in which a place begins, with a class below all earlier values and one above. */
  private static int classOf(Place place, double below) {
    if (place.earlier == 0 && below < ROUNDING) {
      return 0;
    }
    if (place.earlier == 0 && below > 1 - ROUNDING) {
      return CLASSES + 1;
    }
    return 1 + (int) Math.min(CLASSES - 1, below * CLASSES + ROUNDING);
  }

  private static double distance(List<Place> places) {
    double area = 0;
    double ahead = 0;
    for (int i = 0; i + 1 < places.size(); i++) {
      ahead += places.get(i).earlier - places.get(i).later;
      area += Math.abs(ahead) * (places.get(i + 1).value - places.get(i).value);
    }
    return area;
  }

  private static double outside(TensorStatistics earlier, TensorStatistics later) {
    SpecialCounts special = later.special();
    long infinities = special.negativeInfinities() + special.positiveInfinities();
    long[] beyond = {infinities};
    later.forEachBin(
        (lower, upper, count) -> {
          // A bin holds the edge that is nearer to zero.
          boolean outside =
              lower >= 0
                  ? lower > earlier.max() || upper <= earlier.min()
                  : upper < earlier.min() || lower >= earlier.max();
          beyond[0] += outside ? count : 0;
        });
    if (earlier.min() > 0 || earlier.max() < 0) {
      beyond[0] += special.finite();
    }
    return (double) beyond[0] / (later.finiteCount() + infinities);
  }
}
