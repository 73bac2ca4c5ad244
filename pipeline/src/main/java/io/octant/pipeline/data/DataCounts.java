package io.octant.pipeline.data;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * What was read: samples, and values that are not finite. Counts add up, so the order of reading
 * and the partitioning do not show.
 *
 * @param samples number of samples
 * @param nanValues values that are NaN
 * @param infiniteValues values that are +∞ or −∞
 * @param samplesWithNan samples with at least one NaN
 * @param samplesWithInfinity samples with at least one infinity
 * @param leftOut rows that were read and are no samples: a filter or a sampling left them out
 * @param damaged rows that were read, were to be samples and do not fit
 */
public record DataCounts(
    long samples,
    long nanValues,
    long infiniteValues,
    long samplesWithNan,
    long samplesWithInfinity,
    long leftOut,
    DamagedRows damaged) {
  public static final DataCounts NONE = new DataCounts(0, 0, 0, 0, 0, 0);

  /** Counts of rows none of which is damaged. */
  public DataCounts(
      long samples,
      long nanValues,
      long infiniteValues,
      long samplesWithNan,
      long samplesWithInfinity,
      long leftOut) {
    this(
        samples,
        nanValues,
        infiniteValues,
        samplesWithNan,
        samplesWithInfinity,
        leftOut,
        DamagedRows.NONE);
  }

  /** All rows that were read, samples or not. */
  public long rows() {
    return samples + leftOut + damaged.count();
  }

  /** The counts of both. */
  public DataCounts plus(DataCounts o) {
    return new DataCounts(
        samples + o.samples,
        nanValues + o.nanValues,
        infiniteValues + o.infiniteValues,
        samplesWithNan + o.samplesWithNan,
        samplesWithInfinity + o.samplesWithInfinity,
        leftOut + o.leftOut,
        damaged.plus(o.damaged));
  }

  /** Writes the counts for the next task. */
  public void write(ByteSink out) {
    writeNumbers(out);
    damaged.write(out);
  }

  /** Writes all but the damaged rows. */
  public void writeNumbers(ByteSink out) {
    out.i64(samples);
    out.i64(nanValues);
    out.i64(infiniteValues);
    out.i64(samplesWithNan);
    out.i64(samplesWithInfinity);
    out.i64(leftOut);
  }

  /** Reads what {@link #write} wrote. */
  public static DataCounts read(ByteSource in) {
    return readNumbers(in).plus(damagedOnly(DamagedRows.read(in)));
  }

  /** Reads what {@link #writeNumbers} wrote. */
  public static DataCounts readNumbers(ByteSource in) {
    return new DataCounts(in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
  }

  private static DataCounts damagedOnly(DamagedRows damaged) {
    return new DataCounts(0, 0, 0, 0, 0, 0, damaged);
  }
}
