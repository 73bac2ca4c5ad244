package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/** Moves between channels and pixels, and between groups of channels; qparams are kept. */
public final class PixelShuffle {
  private PixelShuffle() {}

  /** [*, C·r², H, W] to [*, C, H·r, W·r]. */
  public static Tensor shuffle(Tensor x, int factor) {
    int[] d = lastThree(x, factor * factor, 1);
    int c = d[0] / (factor * factor);
    Tensor split = Shapes.reshape(x, -1, c, factor, factor, d[1], d[2]);
    return Shapes.reshape(
        Shapes.permute(split, 0, 1, 4, 2, 5, 3), dims(x, c, d[1] * factor, d[2] * factor));
  }

  /** [*, C, H·r, W·r] to [*, C·r², H, W]. */
  public static Tensor unshuffle(Tensor x, int factor) {
    int[] d = lastThree(x, 1, factor);
    int h = d[1] / factor;
    int w = d[2] / factor;
    Tensor split = Shapes.reshape(x, -1, d[0], h, factor, w, factor);
    return Shapes.reshape(
        Shapes.permute(split, 0, 1, 3, 5, 2, 4), dims(x, d[0] * factor * factor, h, w));
  }

  private static int[] lastThree(Tensor x, int channelDivisor, int pixelDivisor) {
    int rank = x.shape().rank();
    int[] d = rank < 3 ? new int[3] : Arrays.copyOfRange(x.shape().toArray(), rank - 3, rank);
    if (rank < 3
        || d[0] % channelDivisor != 0
        || d[1] % pixelDivisor != 0
        || d[2] % pixelDivisor != 0) {
      throw new OctantException(
          "Cannot shuffle pixels of "
              + x.description()
              + ", expected [*, C, H, W] with C divisible by "
              + channelDivisor
              + ", H and W by "
              + pixelDivisor);
    }
    return d;
  }

  private static int[] dims(Tensor x, int c, int h, int w) {
    int[] out = x.shape().toArray();
    out[out.length - 3] = c;
    out[out.length - 2] = h;
    out[out.length - 1] = w;
    return out;
  }

  /** {@code torch.nn.functional.channel_shuffle}: interleaves groups of channels on axis 1. */
  public static Tensor channels(Tensor x, int groups) {
    int channels = x.shape().dim(1);
    if (channels % groups != 0) {
      throw new OctantException(
          "Cannot shuffle channels of "
              + x.description()
              + " in "
              + groups
              + " groups, expected a divisor");
    }
    Tensor split = Shapes.reshape(x, x.shape().dim(0), groups, channels / groups, -1);
    return Shapes.transpose(split, 1, 2).reshape(x.shape());
  }
}
