package io.octant.nn.shape;

import io.octant.nn.Sizes;
import io.octant.reference.kernel.Folding;
import java.util.List;

/** Windows over images; each size has one entry for both axes or one for each. */
public record FoldSettings(
    List<Integer> kernelSize, List<Integer> dilation, List<Integer> padding, List<Integer> stride) {

  public FoldSettings {
    kernelSize = List.copyOf(kernelSize);
    dilation = List.copyOf(dilation);
    padding = List.copyOf(padding);
    stride = List.copyOf(stride);
  }

  /** Dilation and stride 1, no padding. */
  public static FoldSettings of(int... kernelSize) {
    return new FoldSettings(Sizes.list(kernelSize), List.of(1), List.of(0), List.of(1));
  }

  /** With another distance between the elements of a window. */
  public FoldSettings withDilation(int... sizes) {
    return new FoldSettings(kernelSize, Sizes.list(sizes), padding, stride);
  }

  /** With zeros on both sides of each axis. */
  public FoldSettings withPadding(int... sizes) {
    return new FoldSettings(kernelSize, dilation, Sizes.list(sizes), stride);
  }

  /** With another distance between windows. */
  public FoldSettings withStride(int... sizes) {
    return new FoldSettings(kernelSize, dilation, padding, Sizes.list(sizes));
  }

  Folding folding() {
    return new Folding(
        Sizes.spread("kernel size of windows", kernelSize, 2),
        Sizes.spread("dilation of windows", dilation, 2),
        Sizes.spread("padding of windows", padding, 2),
        Sizes.spread("stride of windows", stride, 2));
  }
}
