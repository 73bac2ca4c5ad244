package io.octant.quantization.observer;

import io.octant.tensor.Channels;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/** Smallest and largest values of tensors, NaN winning over everything as in PyTorch. */
final class Extrema {
  private Extrema() {}

  /** The values of a tensor as float32. */
  static float[] floats(Tensor x) {
    requireFloat(x);
    if (x.dtype().storage() == DType.Storage.FLOATS) {
      return x.floats();
    }
    float[] out = new float[x.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) x.doubleAt(i);
    }
    return out;
  }

  static void requireFloat(Tensor x) {
    if (x.isQuantized()) {
      throw new ObserverException(
          "Cannot observe tensor: " + x.description() + ", expected float values");
    }
  }

  static float min(float[] values) {
    float m = Float.POSITIVE_INFINITY;
    for (float v : values) {
      m = Math.min(m, v);
    }
    return m;
  }

  static float max(float[] values) {
    float m = Float.NEGATIVE_INFINITY;
    for (float v : values) {
      m = Math.max(m, v);
    }
    return m;
  }

  /**
   * Extrema of each index of an axis: two arrays, smallest and largest.
   *
   * @throws ObserverException if the tensor has fewer than two axes, as PyTorch refuses it
   */
  static float[][] ofChannels(Tensor x, int channelAxis) {
    Shape shape = x.shape();
    if (shape.rank() < 2) {
      throw new ObserverException(
          "Cannot observe channels of tensor: " + x.description() + ", expected at least two axes");
    }
    int axis = shape.axis(channelAxis);
    int channels = shape.dim(axis);
    float[] values = floats(x);
    float[] min = new float[channels];
    float[] max = new float[channels];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    new Channels(shape, axis)
        .forEachRun(
            (c, from, to) -> {
              float least = min[c];
              float most = max[c];
              for (int i = from; i < to; i++) {
                least = Math.min(least, values[i]);
                most = Math.max(most, values[i]);
              }
              min[c] = least;
              max[c] = most;
            });
    return new float[][] {min, max};
  }

  static void requireChannels(int seen, int now) {
    if (seen != now) {
      throw new ObserverException(
          "Cannot observe tensor of " + now + " channels, expected " + seen + " as before");
    }
  }
}
