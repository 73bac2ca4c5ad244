package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;

/**
 * Activation functions that other kernels are made of, too. Those that PyTorch defines on quantized
 * tensors accept them here: clamps compare integers and keep the qparams, sigmoid and tanh impose
 * their own.
 */
public final class Activations {
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
