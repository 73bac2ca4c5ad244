package io.octant.nn.shape;

import io.octant.OctantException;
import io.octant.nn.Sizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of a resizing, by size or by factor; each has one entry for all spatial axes or
 * one for each.
 *
 * @param mode nearest, nearest-exact, linear, bilinear, bicubic, trilinear or area
 * @param alignCorners null if not given, which aligns none
 * @param recomputeScaleFactor whether positions are scaled by the ratio of sizes instead of by the
 *     factor; null if not given, which is no
 */
public record UpsampleSettings(
    @Nullable List<Integer> size,
    @Nullable List<Double> scaleFactor,
    String mode,
    @Nullable Boolean alignCorners,
    @Nullable Boolean recomputeScaleFactor) {

  public UpsampleSettings {
    if ((size == null) == (scaleFactor == null)) {
      throw new OctantException(
          "Cannot configure a resizing: size "
              + size
              + " and scale factor "
              + scaleFactor
              + ", expected one of them");
    }
    size = size == null ? null : List.copyOf(size);
    scaleFactor = scaleFactor == null ? null : List.copyOf(scaleFactor);
  }

  /** To one size for all axes or one for each. */
  public static UpsampleSettings to(String mode, int... size) {
    return new UpsampleSettings(Sizes.list(size), null, mode, null, null);
  }

  /** By one factor for all axes or one for each. */
  public static UpsampleSettings by(String mode, Double... factors) {
    return new UpsampleSettings(null, List.of(factors), mode, null, null);
  }

  /** With the corner elements of input and output aligned or not. */
  UpsampleSettings aligning(@Nullable Boolean corners) {
    return new UpsampleSettings(size, scaleFactor, mode, corners, recomputeScaleFactor);
  }
}
