package io.octant.nn.pooling;

import io.octant.nn.Sizes;
import io.octant.reference.kernel.PoolGeometry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of a max or average pool. Sizes have one entry for all spatial axes or one for
 * each.
 *
 * @param countIncludePad average only: whether padding counts
 * @param divisorOverride average only: what to divide by instead, null for the window's size
 */
public record PoolSettings(
    List<Integer> kernelSize,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    PoolGeometry.Rounding rounding,
    boolean countIncludePad,
    @Nullable Integer divisorOverride) {

  public PoolSettings {
    kernelSize = List.copyOf(kernelSize);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Stride as the kernel, no padding, no dilation, partial windows dropped, padding counts. */
  public static PoolSettings of(int... kernelSize) {
    List<Integer> kernel = Sizes.list(kernelSize);
    return new PoolSettings(
        kernel, kernel, List.of(0), List.of(1), PoolGeometry.Rounding.FLOOR, true, null);
  }

  /** With another distance between windows, one for all spatial axes or one for each. */
  public PoolSettings withStride(int... sizes) {
    return new PoolSettings(
        kernelSize,
        Sizes.list(sizes),
        padding,
        dilation,
        rounding,
        countIncludePad,
        divisorOverride);
  }

  /** With padding on both sides: zeros that an average counts, and that a maximum never takes. */
  public PoolSettings withPadding(int... sizes) {
    return new PoolSettings(
        kernelSize,
        stride,
        Sizes.list(sizes),
        dilation,
        rounding,
        countIncludePad,
        divisorOverride);
  }

  /** With another distance between the elements of a window; max pools only. */
  public PoolSettings withDilation(int... sizes) {
    return new PoolSettings(
        kernelSize, stride, padding, Sizes.list(sizes), rounding, countIncludePad, divisorOverride);
  }

  /** Keeps a last, partial window, {@code ceil_mode=True}. */
  public PoolSettings withPartialWindows() {
    return new PoolSettings(
        kernelSize,
        stride,
        padding,
        dilation,
        PoolGeometry.Rounding.CEIL,
        countIncludePad,
        divisorOverride);
  }

  /** Averages over the elements inside the input only, {@code count_include_pad=False}. */
  public PoolSettings withoutCountingPadding() {
    return new PoolSettings(
        kernelSize, stride, padding, dilation, rounding, false, divisorOverride);
  }

  /** With another divisor of averages; null is the window's size. */
  public PoolSettings withDivisor(@Nullable Integer divisor) {
    return new PoolSettings(
        kernelSize, stride, padding, dilation, rounding, countIncludePad, divisor);
  }

  /** The geometry over {@code rank} spatial axes. */
  PoolGeometry geometry(int rank) {
    return new PoolGeometry(
        Sizes.spread("kernel size of a pool", kernelSize, rank),
        Sizes.spread("stride of a pool", stride, rank),
        Sizes.spread("padding of a pool", padding, rank),
        Sizes.spread("dilation of a pool", dilation, rank),
        rounding);
  }
}
