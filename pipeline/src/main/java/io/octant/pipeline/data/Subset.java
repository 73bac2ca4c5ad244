package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * A part of the rows by chance, the same in every run: a row is in it by a hash of its own,
 * whatever else is read. Parts of one seed lie within each other: who is in a tenth is in a fifth.
 *
 * @param fraction of the rows, above 0, up to 1; about as many are kept
 * @param seed another one gives another part
 * @param key column whose value is hashed, so that rows of one value stay together; without it, the
 *     file's name from the folder on that holds all paths, and the index of the row in it
 */
public record Subset(double fraction, long seed, Optional<String> key) {
  private static final int UNIT_BITS = 53;

  public Subset {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new DataException(
          "Cannot sample data: fraction " + fraction + ", expected a number above 0, up to 1");
    }
  }

  /**
   * Whether a row is in the part: XXH64 of seed and parts, as a number from 0 to 1, is below the
   * fraction.
   */
  Column keeps(Column... parts) {
    Column[] hashed = new Column[parts.length + 1];
    hashed[0] = lit(seed);
    System.arraycopy(parts, 0, hashed, 1, parts.length);
    return shiftrightunsigned(xxhash64(hashed), Long.SIZE - UNIT_BITS)
        .cast("double")
        .multiply(lit(0x1p-53))
        .lt(lit(fraction));
  }
}
