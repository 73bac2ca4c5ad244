package io.octant.pipeline.data;

import java.util.Locale;

/**
 * What a run does about samples that hold NaN or infinities. Either way they are counted: every
 * sample is read before one refuses, so that the message tells how many there are.
 */
public enum NonFinite {
  /** Such data is an error: what a network makes of it is NaN from the first layer on. */
  REFUSE {
    @Override
    public void check(DataCounts counts, String description) {
      if (counts.nanValues() > 0 || counts.infiniteValues() > 0) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "Cannot use %s: %d NaN (in %d samples) and %d infinite values (in %d samples) among"
                    + " %d samples, expected finite values",
                description,
                counts.nanValues(),
                counts.samplesWithNan(),
                counts.infiniteValues(),
                counts.samplesWithInfinity(),
                counts.samples()));
      }
    }
  },
  /** Observers leave such values out, the report counts them, and the run goes on. */
  REPORT {
    @Override
    public void check(DataCounts counts, String description) {}
  };

  /**
   * Checks what was read.
   *
   * @param description where the data is, for the message
   * @throws DataException if these counts are not to be accepted
   */
  public abstract void check(DataCounts counts, String description);
}
