package io.octant.quantization.observer;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * What {@code calculate_qparams} gives in PyTorch, and the warnings that it would print.
 *
 * @param scale float32 of shape [1] or [channels]
 * @param zeroPoint the same shape: int32 for affine schemes, int64 for symmetric ones and where
 *     nothing was observed, float32 for float qparams
 * @param warnings one sentence each; empty if all is well
 */
public record CalculatedQParams(Tensor scale, Tensor zeroPoint, List<String> warnings) {
  public CalculatedQParams {
    warnings = List.copyOf(warnings);
    if (!scale.shape().equals(zeroPoint.shape())) {
      throw new ObserverException(
          "Cannot make qparams: scales of shape "
              + scale.shape()
              + " and zero points of shape "
              + zeroPoint.shape()
              + ", expected the same shape");
    }
  }

  /** Integer zero points. */
  public static CalculatedQParams of(
      float[] scales, long[] zeroPoints, DType zeroPointDType, List<String> warnings) {
    Shape shape = Shape.of(zeroPoints.length);
    Tensor zeros;
    if (zeroPointDType == DType.INT64) {
      zeros = Tensor.of(DType.INT64, shape, zeroPoints);
    } else {
      int[] narrow = new int[zeroPoints.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = Math.toIntExact(zeroPoints[i]);
      }
      zeros = Tensor.of(zeroPointDType, shape, narrow);
    }
    return new CalculatedQParams(Tensor.of(scales, scales.length), zeros, warnings);
  }

  /** Float zero points. */
  public static CalculatedQParams ofFloats(
      float[] scales, float[] zeroPoints, List<String> warnings) {
    return new CalculatedQParams(
        Tensor.of(scales, scales.length), Tensor.of(zeroPoints, zeroPoints.length), warnings);
  }

  /** Number of channels, 1 if per tensor. */
  public int size() {
    return scale.numel();
  }

  /** The scale of a channel, 0 if there is but one. */
  public float scale(int channel) {
    return scale.floats()[channel];
  }

  /** A zero point; exact whatever its type. */
  public double zeroPoint(int channel) {
    return switch (zeroPoint.dtype().storage()) {
      case FLOATS -> zeroPoint.floats()[channel];
      case INTS -> zeroPoint.ints()[channel];
      case LONGS -> zeroPoint.longs()[channel];
      case DOUBLES -> zeroPoint.doubles()[channel];
    };
  }

  /**
   * These parameters as a quantizer takes them.
   *
   * @param axis the channel axis, counted from the first; not read if the scheme is per tensor
   * @throws ObserverException if the axis counts from the last: it would mean nothing without a
   *     shape
   */
  public QParams toQParams(QScheme scheme, int axis) {
    if (!scheme.isPerChannel()) {
      return QParams.perTensor(scale(0), (long) zeroPoint(0));
    }
    if (axis < 0) {
      throw new ObserverException(
          "Cannot give per-channel qparams: axis "
              + axis
              + ", expected one counted from the first");
    }
    double[] scales = new double[size()];
    double[] zeroPoints = new double[size()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale(c);
      zeroPoints[c] = zeroPoint(c);
    }
    return QParams.perChannel(scheme, scales, zeroPoints, axis);
  }
}
