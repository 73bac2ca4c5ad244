package io.octant.pipeline.data;

import org.apache.spark.sql.SparkSession;

/** Sessions that run in this process, whose rows can be had as Spark holds them inside. */
public final class ClassicSession {
  private ClassicSession() {}

  /**
   * @throws DataException if it is a session of Spark Connect
   */
  public static org.apache.spark.sql.classic.SparkSession of(SparkSession session) {
    if (session instanceof org.apache.spark.sql.classic.SparkSession classic) {
      return classic;
    }
    throw new DataException(
        "Cannot read data in a session of "
            + session.getClass().getName()
            + ", expected a classic Spark session, not Spark Connect");
  }

  /**
   * A session of its own for the columns of files, whose names have a case: what is asked for by
   * another name than its own is not there, in every format.
   *
   * @throws DataException if it is a session of Spark Connect
   */
  public static org.apache.spark.sql.classic.SparkSession forFiles(SparkSession shared) {
    org.apache.spark.sql.classic.SparkSession own = of(shared).cloneSession();
    own.conf().set("spark.sql.caseSensitive", "true");
    return own;
  }
}
