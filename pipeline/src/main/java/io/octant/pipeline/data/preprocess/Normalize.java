package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.io.Serializable;
import java.util.List;

/**
 * {@code (value − mean) / std} for each channel, in the order of the decoded channels.
 *
 * @param std not zero
 */
public record Normalize(List<Double> mean, List<Double> std) implements Serializable {
  public Normalize {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()
        || mean.isEmpty()
        || !mean.stream().allMatch(Double::isFinite)
        || !std.stream().allMatch(s -> Double.isFinite(s) && s != 0)) {
      throw new OctantException(
          "Cannot normalize: mean "
              + mean
              + ", std "
              + std
              + ", expected a finite number for each channel, and no std of 0");
    }
  }
}
