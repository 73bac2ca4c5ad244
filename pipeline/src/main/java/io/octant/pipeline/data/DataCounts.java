package io.octant.pipeline.data;

/**
 * What was read: samples, and values that are not finite. Counts add up, so the order of reading
 * and the partitioning do not show.
 *
 * @param samples number of samples
 * @param nanValues values that are NaN
 * @param infiniteValues values that are +∞ or −∞
 * @param nonFiniteSamples samples with at least one such value
 */
public record DataCounts(long samples, long nanValues, long infiniteValues, long nonFiniteSamples) {
  public static final DataCounts NONE = new DataCounts(0, 0, 0, 0);

  public DataCounts plus(DataCounts o) {
    return new DataCounts(
        samples + o.samples,
        nanValues + o.nanValues,
        infiniteValues + o.infiniteValues,
        nonFiniteSamples + o.nonFiniteSamples);
  }
}
