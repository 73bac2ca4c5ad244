package io.octant.tensor;

import io.octant.OctantException;
import java.util.Arrays;

/**
 * Quantization parameters carried by a quantized tensor: {@code x ≈ scale · (q − zeroPoint)}.
 *
 * <p>Scales are kept as doubles, as PyTorch's per-tensor quantizer keeps them; arithmetic on values
 * is in float32. Per tensor: one entry, {@code axis} −1. Per channel: one entry for each index of
 * {@code axis}.
 */
public final class QParams {
  private final QScheme scheme;
  private final double[] scales;
  private final double[] zeroPoints;
  private final int axis;

  private QParams(QScheme scheme, double[] scales, double[] zeroPoints, int axis) {
    if (scales.length != zeroPoints.length) {
      throw new OctantException(
          "Cannot make qparams: "
              + scales.length
              + " scales and "
              + zeroPoints.length
              + " zero points, expected as many of each");
    }
    this.scheme = scheme;
    this.scales = scales;
    this.zeroPoints = zeroPoints;
    this.axis = axis;
  }

  /** One scale and zero point for all elements, {@link QScheme#PER_TENSOR_AFFINE}. */
  public static QParams perTensor(double scale, long zeroPoint) {
    return new QParams(
        QScheme.PER_TENSOR_AFFINE, new double[] {scale}, new double[] {zeroPoint}, -1);
  }

  /**
   * Integer zero points for the affine schemes, floats for {@link
   * QScheme#PER_CHANNEL_AFFINE_FLOAT_QPARAMS}.
   */
  public static QParams perChannel(QScheme scheme, double[] scales, double[] zeroPoints, int axis) {
    if (!scheme.isPerChannel()) {
      throw new OctantException(
          "Cannot make per-channel qparams: " + scheme + ", expected a per-channel scheme");
    }
    if (axis < 0) {
      throw new OctantException(
          "Cannot make per-channel qparams: axis " + axis + ", expected one from 0");
    }
    return new QParams(scheme, scales.clone(), zeroPoints.clone(), axis);
  }

  /** Per tensor or per channel, affine or symmetric, as PyTorch names it. */
  public QScheme scheme() {
    return scheme;
  }

  /** Whether there is an entry for each index of an axis. */
  public boolean isPerChannel() {
    return axis >= 0;
  }

  /** Channel axis, −1 if per tensor. */
  public int axis() {
    return axis;
  }

  /** Number of channels, 1 if per tensor. */
  public int size() {
    return scales.length;
  }

  /** The scale of one channel, 0 being the only one per tensor. */
  public double scale(int channel) {
    return scales[channel];
  }

  /**
   * The zero point of one channel, 0 being the only one per tensor; a fraction only with float
   * parameters.
   */
  public double zeroPoint(int channel) {
    return zeroPoints[channel];
  }

  /** The scale of a per-tensor quantizer. */
  public double scale() {
    requirePerTensor();
    return scales[0];
  }

  /** The zero point of a per-tensor quantizer. */
  public int zeroPoint() {
    requirePerTensor();
    return (int) zeroPoints[0];
  }

  /** A copy of all scales, one if per tensor. */
  public double[] scales() {
    return scales.clone();
  }

  /** A copy of all zero points, one if per tensor. */
  public double[] zeroPoints() {
    return zeroPoints.clone();
  }

  private void requirePerTensor() {
    if (isPerChannel()) {
      throw new OctantException(
          "Cannot read the one scale of per-channel qparams on axis "
              + axis
              + ", expected per tensor");
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof QParams q
        && q.scheme == scheme
        && q.axis == axis
        && Arrays.equals(q.scales, scales)
        && Arrays.equals(q.zeroPoints, zeroPoints);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(scales) + Arrays.hashCode(zeroPoints)) + axis;
  }

  /** As {@link #toString}, but per channel without the numbers. */
  String description() {
    return isPerChannel()
        ? scheme + "(" + scales.length + " channels on axis " + axis + ")"
        : toString();
  }

  /**
   * Per tensor {@code scale=0.5, zeroPoint=3}; per channel the scheme, the axis, and scales and
   * zero points of the first and last channels.
   */
  @Override
  public String toString() {
    return isPerChannel()
        ? scheme
            + ", axis="
            + axis
            + ", scales=["
            + Abbreviated.values(scales.length, i -> String.valueOf(scales[i]))
            + "], zeroPoints=["
            + Abbreviated.values(scales.length, this::zeroPointText)
            + "]"
        : "scale=" + scales[0] + ", zeroPoint=" + zeroPointText(0);
  }

  private String zeroPointText(int channel) {
    double z = zeroPoints[channel];
    return z == Math.rint(z) ? String.valueOf((long) z) : String.valueOf(z);
  }
}
