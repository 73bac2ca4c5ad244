package io.octant.nn.pooling;

import io.octant.nn.Sizes;
import io.octant.reference.kernel.PoolGeometry;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of a power-average pool. Sizes have one entry for all spatial axes or one for
 * each.
 *
 * @param normType the exponent
 * @param stride null for a stride as large as the kernel
 */
public record PowerPoolSettings(
    double normType,
    List<Integer> kernelSize,
    @Nullable List<Integer> stride,
    PoolGeometry.Rounding rounding) {

  public PowerPoolSettings {
    kernelSize = List.copyOf(kernelSize);
    stride = stride == null ? null : List.copyOf(stride);
  }

  /** Stride as the kernel, partial windows dropped. */
  public static PowerPoolSettings of(double normType, int... kernelSize) {
    return new PowerPoolSettings(
        normType, Sizes.list(kernelSize), null, PoolGeometry.Rounding.FLOOR);
  }

  /** With another distance between windows, one for all spatial axes or one for each. */
  public PowerPoolSettings withStride(int... sizes) {
    return new PowerPoolSettings(normType, kernelSize, Sizes.list(sizes), rounding);
  }

  /** Keeps a last, partial window, {@code ceil_mode=True}. */
  public PowerPoolSettings withPartialWindows() {
    return new PowerPoolSettings(normType, kernelSize, stride, PoolGeometry.Rounding.CEIL);
  }

  /** The geometry over a number of spatial axes. */
  PoolGeometry geometry(int axes) {
    int[] dilation = new int[axes];
    Arrays.fill(dilation, 1);
    return new PoolGeometry(
        Sizes.spread("kernel size of a pool", kernelSize, axes),
        Sizes.spread("stride of a pool", stride == null ? kernelSize : stride, axes),
        new int[axes],
        dilation,
        rounding);
  }
}
