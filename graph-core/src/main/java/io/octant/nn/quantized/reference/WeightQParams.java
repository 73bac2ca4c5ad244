package io.octant.nn.quantized.reference;

import io.octant.OctantException;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Channels;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How one weight is quantized.
 *
 * @param dtype {@code qint8}, {@code quint8}, {@code quint4x2}, {@code qint32}; or {@code float16}
 *     or {@code float32}, which have no parameters
 * @param scheme an affine scheme, symmetric ones having been resolved to zero points; null without
 *     parameters
 * @param scale float32; a scalar or one entry a channel
 * @param zeroPoint integers, or float32 for the float-qparams scheme; as many as scales
 * @param axis channel axis, 0 per tensor
 * @param range integers in use, which bound the decomposed form; null for the whole range of the
 *     type
 */
public record WeightQParams(
    DType dtype,
    @Nullable QScheme scheme,
    Tensor scale,
    Tensor zeroPoint,
    int axis,
    @Nullable QRange range) {
  private static final double LARGEST_BIAS = 1 << 30;

  /** Four times the smallest normal float32: halving it to even once more stays normal. */
  private static final double SMALLEST_PRODUCT = 4 * (double) Float.MIN_NORMAL;

  public WeightQParams {
    if (scheme != null && scheme.isSymmetric()) {
      throw new OctantException(
          "Cannot quantize weight: scheme "
              + scheme
              + ", expected an affine one with explicit zero points");
    }
    if (scale.numel() != zeroPoint.numel()) {
      throw new OctantException(
          "Cannot quantize weight: "
              + scale.numel()
              + " scales and "
              + zeroPoint.numel()
              + " zero points, expected as many of each");
    }
  }

  /** A weight that is rounded to half precision, or left as it is. */
  public static WeightQParams ofFloat(DType dtype) {
    Tensor zero = Tensor.of(DType.INT32, Shape.SCALAR, new int[1]);
    return new WeightQParams(dtype, null, Tensor.scalar(1f), zero, 0, null);
  }

  /** Per-tensor or per-channel parameters over the whole range of a quantized type. */
  public static WeightQParams of(DType dtype, QParams q) {
    Shape shape = q.isPerChannel() ? Shape.of(q.size()) : Shape.SCALAR;
    boolean floatZeroPoint = q.scheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS;
    return new WeightQParams(
        dtype,
        q.scheme(),
        Values.tensor(DType.FLOAT32, shape, q.scales()),
        Values.tensor(floatZeroPoint ? DType.FLOAT32 : DType.INT32, shape, q.zeroPoints()),
        Math.max(0, q.axis()),
        QRange.of(dtype));
  }

  /** Whether the weight becomes integers. */
  public boolean isQuantized() {
    return scheme != null && dtype.isQuantized();
  }

  /**
   * The parameters as a quantized tensor carries them.
   *
   * @throws OctantException without parameters
   */
  public QParams qparams() {
    if (scheme == null) {
      throw new OctantException(
          "Cannot read weight qparams of " + dtype + ", expected a quantized weight");
    }
    return scheme.isPerChannel()
        ? QParams.perChannel(scheme, Values.of(scale), Values.of(zeroPoint), axis)
        : QParams.perTensor(scale.item(), zeroPoint.longAt(0));
  }

  /**
   * The same with a usual scale for channels, or a tensor, of zeros alone, for which every scale is
   * right.
   *
   * @param smallest scale that they get at least
   */
  public WeightQParams withScaleOfZeros(Tensor weight, double smallest) {
    float least = (float) smallest;
    if (!isQuantized() || scheme == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      return this;
    }
    float[] scales = scale.floats().clone();
    boolean[] hasValue = new boolean[scales.length];
    new Channels(weight.shape(), scales.length == 1 ? -1 : axis)
        .forEachRun(
            (c, from, to) -> {
              for (int i = from; i < to && !hasValue[c]; i++) {
                hasValue[c] = weight.doubleAt(i) != 0;
              }
            });
    boolean changed = false;
    for (int c = 0; c < scales.length; c++) {
      if (!hasValue[c] && scales[c] < least) {
        scales[c] = least;
        changed = true;
      }
    }
    return changed ? withScales(scales) : this;
  }

  private WeightQParams withScales(float[] scales) {
    Tensor changed = Tensor.of(DType.FLOAT32, scale.shape(), scales);
    return new WeightQParams(dtype, scheme, changed, zeroPoint, axis, range);
  }

  /**
   * The same with scales that are large enough for the layer's bias as int32, which has the scale
   * of input times weight: {@code |bias| / (input · scale) <= 2^30}, and that product a normal
   * float32. Runtimes store biases so even where the model has them in float. What a larger scale
   * rounds away is below 2^-23 of the bias for every product that is summed.
   *
   * @param bias of the layer, null if it has none; one value a channel
   * @param input scale of the layer's quantized input, a positive number
   * @return this if no scale changes
   */
  public WeightQParams withRoomFor(@Nullable Tensor bias, double input) {
    if (!isQuantized() || scheme == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      return this;
    }
    float[] scales = scale.floats().clone();
    if (scales.length > 1 && bias != null && bias.numel() != scales.length) {
      return this;
    }
    boolean changed = false;
    for (int c = 0; c < scales.length; c++) {
      double needed = SMALLEST_PRODUCT;
      for (int i = 0; bias != null && i < bias.numel(); i++) {
        if (scales.length == 1 || i == c) {
          needed = Math.max(needed, Math.abs(bias.doubleAt(i)) / LARGEST_BIAS);
        }
      }
      float fitting = Math.nextUp((float) (needed / input));
      if (scales[c] * input < needed && Float.isFinite(fitting)) {
        scales[c] = fitting;
        changed = true;
      }
    }
    return changed ? withScales(scales) : this;
  }

  /**
   * The quantized weight; rounded for float16, as it is for float32. Only the dtype bounds the
   * integers, as in {@code torch.quantize_per_tensor}: the range in use made the scale.
   */
  public Tensor quantize(Tensor weight) {
    return isQuantized() ? quantize(weight, QRange.of(dtype)) : Values.cast(weight, dtype);
  }

  private Tensor quantize(Tensor weight, QRange bounds) {
    QParams q = qparams();
    return Tensor.quantized(dtype, weight.shape(), Quantizer.integers(weight, q, bounds), q);
  }

  /** The float32 weight that the quantized one stands for; float weights as they are. */
  public Tensor quantizeDequantize(Tensor weight, ReferenceModule.Form form) {
    if (!isQuantized()) {
      return weight;
    }
    QParams q = qparams();
    // PyTorch has no decomposed operator of four bits whose rounding could be followed.
    if (form != ReferenceModule.Form.DECOMPOSED || dtype == DType.QUINT4X2) {
      return Quantizer.dequantize(quantize(weight));
    }
    QRange used = range == null ? QRange.of(dtype) : range;
    if (!q.isPerChannel()) {
      return Quantizer.dequantize(quantize(weight, used));
    }
    int[] integers = Quantizer.decomposedIntegers(weight, q, used);
    return Quantizer.dequantize(Tensor.quantized(dtype, weight.shape(), integers, q));
  }
}
