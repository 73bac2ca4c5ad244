package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * One of two parts of the rows: those that are held out for a final figure, and those that choices
 * are made on. A row is in the same part in every run, whatever else is read, and apart from any
 * {@link Subset} of the same seed.
 *
 * @param fraction of the rows that are held out, above 0 and below 1; about as many are
 * @param seed another one divides otherwise
 * @param key column whose value is hashed, so that rows of one value stay together; without it, the
 *     place of a row as {@link Subset} has it
 * @param part which of the two is read
 */
public record HoldOut(double fraction, long seed, Optional<String> key, Part part) {
  private static final String SALT = "hold-out";
  private static final int UNIT_BITS = 53;

  /** The two parts. */
  public enum Part {
    /** What choices are made on. */
    SELECTION,
    /** What gives the final figure. */
    HELD_OUT
  }

  public HoldOut {
    if (!(fraction > 0 && fraction < 1)) {
      throw new DataException(
          "Cannot split data: fraction " + fraction + ", expected a number above 0 and below 1");
    }
  }

  /** The same division, another part. */
  public HoldOut other(Part wanted) {
    return new HoldOut(fraction, seed, key, wanted);
  }

  /**
   * Whether a row is in the part: it is held out if XXH64 of salt, seed and parts, as a number from
   * 0 to 1, is below the fraction.
   */
  Column keeps(Column... parts) {
    Column[] hashed = new Column[parts.length + 2];
    hashed[0] = lit(SALT);
    hashed[1] = lit(seed);
    System.arraycopy(parts, 0, hashed, 2, parts.length);
    Column heldOut =
        shiftrightunsigned(xxhash64(hashed), Long.SIZE - UNIT_BITS)
            .cast("double")
            .multiply(lit(0x1p-53))
            .lt(lit(fraction));
    return part == Part.HELD_OUT ? heldOut : not(heldOut);
  }
}
