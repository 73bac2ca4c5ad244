package io.octant.kernels.plan;

import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.kernels.binding.Window;
import io.octant.kernels.plan.ConvolutionLowerings.Geometry;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * Which float convolutions run by Winograd's F(2×2, 3×3). It multiplies 16 times for four results
 * instead of 36 times; transforming takes about as long for few channels as for many, and tiles of
 * 2×2 results that reach beyond an edge are computed for nothing. Whether it pays is a function of
 * the layer, of one sample's shape and of the instruction set alone, so that a sample's digits do
 * not depend on those beside it.
 */
final class Winograd {
  private static final int CHANNELS = 16;

  /** With half as many, transforming takes longer than is saved. */
  private static final int FEWEST_CHANNELS = 32;

  /** Weights are 16 / 9 of what they were: they are read for the tiles of a single sample. */
  private static final int FEWEST_TILES = 16;

  /** Of what is computed to what is kept: 7×7 has 1.31. */
  private static final double MOST_WASTE = 1.4;

  /** Weights from here on, and those that are not finite, are left to sums of products. */
  private static final float EXTREME = 1e30f;

  /** Instruction sets with a loop of ours, by their names. */
  private static final List<String> LOOPS = List.of("avx2", "avx512");

  private Winograd() {}

  /** Whether a convolution is to run so. */
  static boolean pays(Tensor weight, MemoryLayout dst, Geometry geometry) {
    return geometry.groups() == 1
        && isPlain(geometry.window())
        && manyChannels(weight.shape().dim(0))
        && manyChannels(weight.shape().dim(1))
        && manyTiles(dst.dim(2), dst.dim(3))
        && isModerate(weight)
        && NativeLibrary.find().orElseThrow().variants().stream().anyMatch(LOOPS::contains);
  }

  /** Whether sums of weights are far from what a float holds. */
  private static boolean isModerate(Tensor weight) {
    for (float w : weight.floats()) {
      if (!(Math.abs(w) < EXTREME)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(Window window) {
    if (window.rank() != 2) {
      return false;
    }
    for (int i = 0; i < 2; i++) {
      if (window.kernel(i) != 3 || window.stride(i) != 1 || window.dilation(i) != 1) {
        return false;
      }
    }
    return true;
  }

  private static boolean manyChannels(int channels) {
    return channels >= FEWEST_CHANNELS && channels % CHANNELS == 0;
  }

  private static boolean manyTiles(long height, long width) {
    long tiles = ((height + 1) / 2) * ((width + 1) / 2);
    return tiles >= FEWEST_TILES && 4 * tiles <= MOST_WASTE * height * width;
  }
}
