package io.octant.engine;

import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedWeight;
import io.octant.tensor.Shape;

/**
 * Whether two products of an activation of 0…255 and a weight of −128…127 can exceed a saturating
 * sum of 16 bits, which is what {@code vpmaddubsw} makes of neighbours. Which products are
 * neighbours is the kernel's choice, so any two weights of one output channel count: a channel is
 * safe if its two largest weights sum to 128 at most and its two smallest to −128 at least (255 ·
 * 128 = 32,640 fits, 255 · 129 = 32,895 does not).
 *
 * @param channels output channels
 * @param saturating output channels that are not safe
 */
public record PairSums(int channels, int saturating) {
  private static final int LIMIT = Short.MAX_VALUE / 255;

  /** The two largest and the two smallest weights of a channel, zeros among them. */
  private static final class Extremes {
    private int largest;
    private int second;
    private int smallest;
    private int secondSmallest;

    void add(int w) {
      if (w > largest) {
        second = largest;
        largest = w;
      } else if (w > second) {
        second = w;
      }
      if (w < smallest) {
        secondSmallest = smallest;
        smallest = w;
      } else if (w < secondSmallest) {
        secondSmallest = w;
      }
    }

    boolean saturate() {
      return largest + second > LIMIT || smallest + secondSmallest < -LIMIT;
    }
  }

  /** Examines a packed 8-bit weight; floats of half precision have nothing that saturates. */
  public static PairSums of(PackedWeight packed) {
    if (packed instanceof PackedConvolution conv && conv.geometry().transposed()) {
      Shape shape = conv.weight().shape();
      return of(
          conv.weight().ints(), shape.dim(0), shape.dim(1), plane(shape), conv.geometry().groups());
    }
    if (packed instanceof PackedConvolution || packed instanceof PackedLinear) {
      Shape shape = packed.weight().shape();
      int channels = shape.dim(0);
      int each = channels == 0 ? 0 : shape.numel() / channels;
      return of(packed.weight().ints(), 1, channels, each, 1);
    }
    return new PairSums(0, 0);
  }

  /** Weights {@code [in, out / groups, plane]} of a transposed convolution, or one "in" of all. */
  private static PairSums of(int[] weights, int in, int out, int plane, int groups) {
    int saturating = 0;
    for (int g = 0; g < groups; g++) {
      for (int o = 0; o < out; o++) {
        Extremes extremes = new Extremes();
        for (int i = g * (in / groups); i < (g + 1) * (in / groups); i++) {
          for (int p = 0; p < plane; p++) {
            extremes.add(weights[(i * out + o) * plane + p]);
          }
        }
        saturating += extremes.saturate() ? 1 : 0;
      }
    }
    return new PairSums(out * groups, saturating);
  }

  private static int plane(Shape shape) {
    int n = 1;
    for (int i = 2; i < shape.rank(); i++) {
      n *= shape.dim(i);
    }
    return n;
  }
}
