package io.octant.quantization.observer;

import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import java.util.EnumSet;
import java.util.Set;

/**
 * What all observers that compute uniform quantization parameters are configured with; the
 * constructor arguments of PyTorch's {@code UniformQuantizationObserverBase}.
 *
 * <p>The range is that of the dtype, or a custom one if both {@code quant_min} and {@code
 * quant_max} are given, halved if {@code reduce_range} is. Float8 dtypes are refused (PyTorch gives
 * them the range 0..15).
 *
 * @param dtype an integer type of at most 32 bits
 * @param reduceRange whether the range was halved
 * @param customRange whether the range was given rather than that of the dtype
 * @param range effective range
 * @param eps smallest scale
 * @param dynamic whether parameters are computed at run time
 */
public record UniformSettings(
    DType dtype,
    QScheme qscheme,
    boolean reduceRange,
    boolean customRange,
    QRange range,
    double eps,
    boolean dynamic) {
  private static final Set<DType> ALLOWED =
      EnumSet.of(
          DType.QINT8,
          DType.QUINT8,
          DType.QUINT4X2,
          DType.QINT32,
          DType.INT8,
          DType.UINT8,
          DType.INT16,
          DType.INT32,
          DType.UINT16);

  /**
   * Reads {@code dtype}, {@code qscheme}, {@code reduce_range}, {@code quant_min}, {@code
   * quant_max}, {@code eps} and {@code is_dynamic}.
   *
   * @throws ObserverException if a value is not supported
   */
  public static UniformSettings read(KeywordArguments args, QScheme defaultScheme) {
    DType dtype = args.dtype("dtype", DType.QUINT8);
    if (!ALLOWED.contains(dtype)) {
      throw args.refusal("dtype=" + dtype, "one of " + ALLOWED);
    }
    boolean reduce = args.flag("reduce_range", false);
    Integer low = args.findInteger("quant_min");
    Integer high = args.findInteger("quant_max");
    boolean custom = low != null && high != null;
    QRange range = QRange.of(dtype);
    if (low != null && high != null) {
      range = customRange(args, dtype, low, high);
    }
    return new UniformSettings(
        dtype,
        args.qscheme("qscheme", defaultScheme),
        reduce,
        custom,
        reduce && (custom || dtype.bytes() == 1 && dtype != DType.QUINT4X2)
            ? range.reduced()
            : range,
        eps(args),
        args.flag("is_dynamic", false));
  }

  private static double eps(KeywordArguments args) {
    double eps = args.number("eps", ActivationPostProcess.DEFAULT_EPS);
    if (!(eps >= 0)) {
      throw args.refusal("eps=" + eps, "a number from 0");
    }
    return eps;
  }

  private static QRange customRange(KeywordArguments args, DType dtype, int low, int high) {
    if (low > 0 || high < 0) {
      throw args.refusal("range " + low + ".." + high, "one that contains 0");
    }
    if (low == high) {
      throw args.refusal("range " + low + ".." + high, "quant_min < quant_max");
    }
    QRange range = new QRange(low, high);
    if ((dtype == DType.QINT8 || dtype == DType.INT8) && range.levels() > 256) {
      throw args.refusal("range " + range + " of " + dtype, "at most 256 levels");
    }
    return range;
  }

  /** The same with another smallest scale. */
  UniformSettings withEps(double smallest) {
    return new UniformSettings(dtype, qscheme, reduceRange, customRange, range, smallest, dynamic);
  }

  /** Smallest scale as float32 arithmetic sees it. */
  float floatEps() {
    return (float) eps;
  }
}
