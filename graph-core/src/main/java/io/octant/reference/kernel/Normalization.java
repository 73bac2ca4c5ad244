package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Batch, layer, group and instance normalization: {@code (x − mean) / √(var + eps) · γ + β}. */
public final class Normalization {
  /** Mean and biased variance of each channel. */
  public record Statistics(double[] mean, double[] variance, int count) {
    /** The unbiased variance, which running statistics keep. */
    public double unbiased(int channel) {
      return count > 1 ? variance[channel] * count / (count - 1.0) : variance[channel];
    }
  }

  private Normalization() {}

  /** Statistics of each index of axis 1 over all other axes. */
  public static Statistics batchStatistics(Tensor x) {
    int channels = x.shape().dim(1);
    int inner = x.numel() == 0 ? 0 : x.numel() / (x.shape().dim(0) * channels);
    double[] v = Values.of(x);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    int count = x.numel() == 0 ? 0 : x.numel() / channels;
    for (int i = 0; i < v.length; i++) {
      mean[(i / inner) % channels] += v[i];
    }
    for (int c = 0; c < channels; c++) {
      mean[c] /= count;
    }
    for (int i = 0; i < v.length; i++) {
      int c = (i / inner) % channels;
      variance[c] += (v[i] - mean[c]) * (v[i] - mean[c]);
    }
    for (int c = 0; c < channels; c++) {
      variance[c] /= count;
    }
    return new Statistics(mean, variance, count);
  }

  /**
   * Normalizes each index of axis 1 with given statistics.
   *
   * @param weight γ, null for 1
   * @param bias β, null for 0
   */
  public static Tensor batchNorm(
      Tensor x, Statistics statistics, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    if (x.shape().rank() < 2 || x.shape().dim(1) != statistics.mean.length) {
      throw new OctantException(
          "Cannot normalize "
              + x.description()
              + ", expected "
              + statistics.mean.length
              + " channels on axis 1");
    }
    int channels = statistics.mean.length;
    Precision p = Precision.of(x);
    double[] factor = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      double inverse = inverseDeviation(statistics.variance[c], eps, p);
      factor[c] = p.round(inverse * (weight == null ? 1 : weight.doubleAt(c)));
      shift[c] = p.round((bias == null ? 0 : bias.doubleAt(c)) - statistics.mean[c] * factor[c]);
    }
    double[] v = Values.of(x);
    int inner = x.shape().strides()[1];
    for (int i = 0; i < v.length; i++) {
      int c = (i / inner) % channels;
      v[i] = v[i] * factor[c] + shift[c];
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** {@code torch.nn.functional.layer_norm}: normalizes over the last axes, the given shape. */
  public static Tensor layerNorm(
      Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    requireLastAxes(x, normalized);
    double[] v = Values.of(x);
    int size = normalized.numel();
    standardize(v, size, eps, Precision.of(x));
    for (int i = 0; i < v.length; i++) {
      double gamma = weight == null ? 1 : weight.doubleAt(i % size);
      double beta = bias == null ? 0 : bias.doubleAt(i % size);
      v[i] = v[i] * gamma + beta;
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static void requireLastAxes(Tensor x, Shape normalized) {
    int lead = x.shape().rank() - normalized.rank();
    for (int i = 0; i < normalized.rank(); i++) {
      if (lead < 0 || x.shape().dim(lead + i) != normalized.dim(i)) {
        throw new OctantException(
            "Cannot normalize " + x.description() + ", expected the last axes to be " + normalized);
      }
    }
  }

  /**
   * {@code torch.nn.functional.rms_norm}: divides by the root of the mean square over the last
   * axes, the given shape.
   *
   * @param eps added to the mean square; null for the distance from 1 to the next number of the
   *     type
   */
  public static Tensor rmsNorm(
      Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Double eps) {
    requireLastAxes(x, normalized);
    double[] v = Values.of(x);
    int size = normalized.numel();
    double added = eps == null ? epsilon(x.dtype()) : eps;
    for (int from = 0; from + size <= v.length && size > 0; from += size) {
      double squares = 0;
      for (int i = from; i < from + size; i++) {
        squares += v[i] * v[i];
      }
      double factor = 1 / Math.sqrt(squares / size + added);
      for (int i = from; i < from + size; i++) {
        v[i] *= factor * (weight == null ? 1 : weight.doubleAt(i - from));
      }
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** Half types are computed in float32, and take its epsilon. */
  static double epsilon(DType dtype) {
    return dtype == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
  }

  /**
   * {@code torch.nn.functional.local_response_norm}: divides by {@code (k + α · mean of the squares
   * of neighbouring channels)^β}. Channels beyond the first and last count as 0.
   *
   * @param size number of channels in a mean, {@code size / 2} of them before the own
   */
  public static Tensor localResponseNorm(Tensor x, int size, double alpha, double beta, double k) {
    if (x.shape().rank() < 3) {
      throw new OctantException(
          "Cannot normalize " + x.description() + " over channels, expected rank 3 or higher");
    }
    if (size < 1) {
      throw new OctantException(
          "Cannot normalize "
              + x.description()
              + " over "
              + size
              + " channels, expected at least one");
    }
    DType type = TypePromotion.floatResult(x.dtype());
    double[] v = Values.of(x);
    double[] out = new double[v.length];
    int channels = x.shape().dim(1);
    int inner = x.shape().strides()[1];
    for (int i = 0; i < v.length; i++) {
      int c = (i / inner) % channels;
      double squares = 0;
      int last = Math.min(channels - 1, c + (size - 1) / 2);
      for (int n = Math.max(0, c - size / 2); n <= last; n++) {
        double neighbour = v[i + (n - c) * inner];
        squares += neighbour * neighbour;
      }
      out[i] = v[i] / Math.pow(k + alpha * squares / size, beta);
    }
    return Values.tensor(type, x.shape(), out);
  }

  /** {@code torch.nn.functional.group_norm}: normalizes groups of channels of each sample. */
  public static Tensor groupNorm(
      Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    int channels = x.shape().rank() < 2 ? 0 : x.shape().dim(1);
    if (channels == 0 || channels % groups != 0) {
      throw new OctantException(
          "Cannot normalize "
              + x.description()
              + " in "
              + groups
              + " groups, expected a divisor of the channels");
    }
    double[] v = Values.of(x);
    if (v.length == 0) {
      return x;
    }
    int inner = x.shape().strides()[1];
    standardize(v, channels / groups * inner, eps, Precision.of(x));
    for (int i = 0; i < v.length; i++) {
      int c = (i / inner) % channels;
      double gamma = weight == null ? 1 : weight.doubleAt(c);
      double beta = bias == null ? 0 : bias.doubleAt(c);
      v[i] = v[i] * gamma + beta;
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static double inverseDeviation(double variance, double eps, Precision p) {
    return p.round(1 / p.round(Math.sqrt(p.round(variance + p.round(eps)))));
  }

  /** Gives each run of {@code size} elements mean 0 and variance 1. */
  private static void standardize(double[] v, int size, double eps, Precision p) {
    for (int from = 0; from + size <= v.length && size > 0; from += size) {
      Moments moments =
          p == Precision.SINGLE ? Moments.single(v, from, size) : Moments.exact(v, from, size);
      double factor = inverseDeviation(moments.variance(), eps, p);
      for (int i = from; i < from + size; i++) {
        v[i] = p.round(p.round(v[i] - moments.mean()) * factor);
      }
    }
  }
}
