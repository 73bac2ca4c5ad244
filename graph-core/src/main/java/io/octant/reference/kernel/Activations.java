package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;

/**
 * Activation functions. Those that PyTorch defines on quantized tensors accept them here: clamps
 * compare integers and keep the qparams, sigmoid and tanh impose their own, the others keep the
 * input's.
 */
public final class Activations {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private Activations() {}

  /** {@code max(x, 0)}. */
  public static Tensor relu(Tensor x) {
    return clamp(x, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * {@code min(max(x, low), high)}: relu, relu6, hardtanh and clamp. NaN stays; where {@code low}
   * is above {@code high} all else becomes {@code high}. A NaN bound makes all NaN. A quantized
   * tensor is clamped at the quantized bounds.
   */
  public static Tensor clamp(Tensor x, double low, double high) {
    if (x.isQuantized()) {
      return clampQuantized(x, low, high);
    }
    if (Double.isNaN(low) || Double.isNaN(high)) {
      return Elementwise.map(x, v -> Double.NaN);
    }
    return Elementwise.map(x, v -> below(v < low ? low : v, high));
  }

  private static double below(double v, double high) {
    return v > high ? high : v;
  }

  private static Tensor clampQuantized(Tensor x, double low, double high) {
    QParams q = x.qparams();
    int from = quantizedBound(x, low);
    int to = quantizedBound(x, high);
    int[] out = x.ints().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(to, Math.max(from, out[i]));
    }
    return Tensor.quantized(x.dtype(), x.shape(), out, q);
  }

  private static int quantizedBound(Tensor like, double bound) {
    return Requantization.quantized(Tensor.scalar((float) bound), like.dtype(), like.qparams())
        .ints()[0];
  }

  /** {@code 1 / (1 + e^−x)}; quantized output has scale 1/256. */
  public static Tensor sigmoid(Tensor x) {
    return Requantization.withQParams(
        x, unitRange(x.dtype()), v -> Elementwise.mapRounded(asFloat(v), Activations::logistic));
  }

  /** The error function, to about 1e-15. */
  public static double erf(double x) {
    return SpecialFunctions.erf(x);
  }

  /** {@code tanh x}; quantized output has scale 2/256. */
  public static Tensor tanh(Tensor x) {
    return Requantization.withQParams(
        x, symmetricUnitRange(x.dtype()), v -> Elementwise.mapFloat(v, Math::tanh));
  }

  /** {@code relu6(x + 3) / 6}; quantized output has scale 1/256. */
  public static Tensor hardsigmoid(Tensor x) {
    return Requantization.withQParams(
        x, unitRange(x.dtype()), t -> Elementwise.mapRounded(t, (v, p) -> shiftedRelu6(v, p) / 6));
  }

  /** The qparams that PyTorch's quantized sigmoid and softmax produce: [0, 1). */
  public static QParams unitRange(DType dtype) {
    return switch (dtype) {
      case QINT8 -> QParams.perTensor(1.0 / 256, -128);
      case QINT32 -> QParams.perTensor(0x1p-32, 0);
      default -> QParams.perTensor(1.0 / 256, 0);
    };
  }

  /** The qparams that PyTorch's quantized tanh produces: [−1, 1). */
  public static QParams symmetricUnitRange(DType dtype) {
    return switch (dtype) {
      case QINT8 -> QParams.perTensor(2.0 / 256, 0);
      case QINT32 -> QParams.perTensor(0x1p-31, 0);
      default -> QParams.perTensor(2.0 / 256, 128);
    };
  }

  private static Tensor asFloat(Tensor x) {
    return Values.cast(x, TypePromotion.floatResult(x.dtype()));
  }

  private static double logistic(double v, Precision p) {
    return 1 / p.round(1 + p.round(Math.exp(-v)));
  }

  private static double shiftedRelu6(double v, Precision p) {
    return Math.min(Math.max(p.round(v + 3), 0), 6);
  }

  /** {@code x · relu6(x + 3) / 6}. */
  public static Tensor hardswish(Tensor x) {
    return Elementwise.mapRounded(x, (v, p) -> p.round(v * shiftedRelu6(v, p)) / 6);
  }

  /** {@code x · Φ(x)} with the normal distribution function. */
  public static Tensor gelu(Tensor x) {
    double half = Math.sqrt(0.5);
    return Requantization.keepingQParams(
        x,
        t ->
            Elementwise.mapRounded(
                t, (v, p) -> 0.5 * v * p.round(1 + p.round(erf(p.round(v * p.round(half)))))));
  }

  /** {@link #gelu} with the tanh approximation. */
  public static Tensor geluTanh(Tensor x) {
    return Requantization.keepingQParams(
        x,
        t ->
            Elementwise.map(
                t, v -> 0.5 * v * (1 + Math.tanh(SQRT_2_OVER_PI * (v + 0.044715 * v * v * v)))));
  }

  /** {@code x · sigmoid(x)}. */
  public static Tensor silu(Tensor x) {
    return Elementwise.mapRounded(x, (v, p) -> v / p.round(1 + p.round(Math.exp(-v))));
  }

  /** {@code x · tanh(softplus(x))}. */
  public static Tensor mish(Tensor x) {
    return Elementwise.map(x, v -> v * Math.tanh(SpecialFunctions.softplus(v)));
  }

  /** {@code log(1 + e^(βx)) / β}, linear above the threshold. */
  public static Tensor softplus(Tensor x, double beta, double threshold) {
    return Elementwise.map(
        x, v -> v * beta > threshold ? v : SpecialFunctions.softplus(v * beta) / beta);
  }

  /** {@code x / (1 + |x|)}. */
  public static Tensor softsign(Tensor x) {
    return Elementwise.mapFloat(x, v -> v / (1 + Math.abs(v)));
  }

  /** {@code log(sigmoid(x))}. */
  public static Tensor logSigmoid(Tensor x) {
    return Elementwise.map(x, v -> -SpecialFunctions.softplus(-v));
  }

  /** x where positive, else {@code slope · x}. */
  public static Tensor leakyRelu(Tensor x, double slope) {
    return Requantization.keepingQParams(
        x, t -> Elementwise.mapRounded(t, (v, p) -> v >= 0 ? v : p.round(slope) * v));
  }

  /** x where positive, else {@code α (e^x − 1)}. */
  public static Tensor elu(Tensor x, double alpha) {
    return Elementwise.map(x, v -> v > 0 ? v : alpha * Math.expm1(v));
  }

  /** {@code max(0, x) + min(0, α (e^(x/α) − 1))}. */
  public static Tensor celu(Tensor x, double alpha) {
    return Elementwise.map(x, v -> v > 0 ? v : alpha * Math.expm1(v / alpha));
  }

  /** Scaled ELU with the constants of Klambauer et al. */
  public static Tensor selu(Tensor x) {
    double alpha = 1.6732632423543772848170429916717;
    double scale = 1.0507009873554804934193349852946;
    return Elementwise.map(x, v -> scale * (v > 0 ? v : alpha * Math.expm1(v)));
  }

  /** x where above the threshold, else the value. */
  public static Tensor threshold(Tensor x, double threshold, double value) {
    float limit = (float) threshold; // compared in float32, as the elements are
    return Requantization.keepingQParams(
        x, t -> Elementwise.map(t, v -> v > limit || Double.isNaN(v) ? v : value));
  }

  /**
   * x where positive, else {@code weight · x}.
   *
   * @param weight one value, or one for each index of axis 1
   */
  public static Tensor prelu(Tensor x, Tensor weight) {
    double[] v = Values.of(x);
    int channels = weight.numel();
    int inner = channels == 1 ? 1 : x.shape().strides()[x.shape().rank() > 1 ? 1 : 0];
    for (int i = 0; i < v.length; i++) {
      v[i] = v[i] >= 0 ? v[i] : weight.doubleAt((i / inner) % channels) * v[i];
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** x where {@code |x| > λ}, else 0. */
  public static Tensor hardshrink(Tensor x, double lambda) {
    float limit = (float) lambda;
    return Elementwise.map(x, v -> v >= -limit && v <= limit ? 0 : v);
  }

  /** x moved towards 0 by λ, and 0 within it. */
  public static Tensor softshrink(Tensor x, double lambda) {
    float limit = (float) lambda;
    return Elementwise.map(
        x, v -> v > limit ? v - limit : v < -limit ? v + limit : Double.isNaN(v) ? v : 0);
  }

  /** {@code x − tanh(x)}. */
  public static Tensor tanhshrink(Tensor x) {
    return Elementwise.mapRounded(asFloat(x), (v, p) -> v - p.round(Math.tanh(v)));
  }

  /** The first half of an axis, times the sigmoid of the second. */
  public static Tensor glu(Tensor x, int axis) {
    int size = x.shape().rank() == 0 ? 1 : x.shape().dim(axis);
    if (size % 2 != 0) {
      throw new OctantException(
          "Cannot halve axis "
              + axis
              + " of "
              + x.description()
              + " for glu, expected an even size");
    }
    Tensor values = Shapes.narrow(x, axis, 0, size / 2);
    Tensor gates = sigmoid(Shapes.narrow(x, axis, size / 2, size / 2));
    return Elementwise.combine(values, gates, (a, b) -> a * b, (a, b) -> a * b);
  }
}
