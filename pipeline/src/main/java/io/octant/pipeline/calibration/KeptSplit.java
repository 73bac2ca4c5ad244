package io.octant.pipeline.calibration;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.splits.Split;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * A split as its state is looked up.
 *
 * @param identity tells it from others
 * @param rows in it, samples or left out
 */
record KeptSplit(String identity, long rows) implements Serializable {
  static final String EXTENSION = ".octsplit";

  static KeptSplit of(Split split) {
    return new KeptSplit(split.identity(), split.rows());
  }

  /** Name of the file with its state. */
  String file() {
    return Digest.of(identity.getBytes(StandardCharsets.UTF_8)) + EXTENSION;
  }

  /** How many rows were read. */
  static long rows(DataCounts counts) {
    return counts.rows();
  }
}
