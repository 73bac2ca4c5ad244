package io.octant.reference.quantized;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * {@code torch.ops.quantized_decomposed.*}: quantization on plain integer tensors, with parameters
 * and range as arguments.
 */
final class DecomposedOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define(
            "quantized_decomposed.quantize_per_tensor.default",
            DecomposedOperators::quantizePerTensor)
        .define(
            "quantized_decomposed.dequantize_per_tensor.default", a -> dequantize(a, perTensor(a)))
        .define(
            "quantized_decomposed.quantize_per_channel.default",
            DecomposedOperators::quantizePerChannel)
        .define(
            "quantized_decomposed.dequantize_per_channel.default",
            a -> dequantize(a, perChannel(a)))
        .define("quantized_decomposed.choose_qparams.tensor", a -> choose(a, false))
        .define("quantized_decomposed.choose_qparams_symmetric.tensor", a -> choose(a, true))
        .define(
            "quantized_decomposed.convert_element_type.no_fuse",
            a -> Values.cast(a.tensor("input"), a.dtype("dtype")));
  }

  private static QParams perTensor(NamedValues a) {
    return QParams.perTensor(a.number("scale"), Math.round(a.number("zero_point")));
  }

  private static QParams perChannel(NamedValues a) {
    int axis = a.tensor("input").shape().axis(a.integer("axis"));
    Tensor scales = a.tensor("scales");
    Tensor zeroPoints =
        a.isNone("zero_points")
            ? Tensor.of(DType.INT64, scales.shape(), new long[scales.numel()])
            : a.tensor("zero_points");
    return QuantizeOperators.qparams(scales, zeroPoints, axis);
  }

  private static Tensor quantizePerTensor(NamedValues a) {
    Tensor x = Values.cast(a.tensor("input"), DType.FLOAT32);
    DType dtype = a.dtype("dtype");
    QRange range = range(a, dtype);
    QParams q = perTensor(a);
    return Tensor.of(
        dtype, x.shape(), Quantizer.decomposedIntegers(x, q.scale(), q.zeroPoint(), range));
  }

  private static Tensor quantizePerChannel(NamedValues a) {
    Tensor x = Values.cast(a.tensor("input"), DType.FLOAT32);
    DType dtype = a.dtype("dtype");
    return Tensor.of(
        dtype, x.shape(), Quantizer.decomposedIntegers(x, perChannel(a), range(a, dtype)));
  }

  private static Tensor dequantize(NamedValues a, QParams qparams) {
    Tensor q = a.tensor("input");
    if (q.dtype() != a.dtype("dtype")) {
      throw a.wrong("input", "a tensor of " + a.dtype("dtype"));
    }
    float[] real = Quantizer.dequantize(q.ints(), q.shape(), qparams);
    Tensor out = Tensor.of(DType.FLOAT32, q.shape(), real);
    return a.isNone("out_dtype") ? out : Values.cast(out, a.dtype("out_dtype"));
  }

  private static QRange range(NamedValues a, DType dtype) {
    QRange range = new QRange(a.integer("quant_min"), a.integer("quant_max"));
    QRange bounds = QRange.of(dtype);
    if (!bounds.contains(range.min()) || !bounds.contains(range.max())) {
      throw new OperatorException(
          "Cannot call "
              + a.owner()
              + ": range "
              + range
              + ", expected one within "
              + bounds
              + " of "
              + dtype);
    }
    return range;
  }

  /**
   * Scale (float64) and zero point (int64), one element each, by the observers' formula in float32;
   * an empty input gives 1 and 0.
   */
  private static Tuple choose(NamedValues a, boolean symmetric) {
    QRange range = range(a, a.dtype("dtype"));
    float min = 0;
    float max = 0;
    for (double v : Values.of(a.tensor("input"))) {
      min = (float) Math.min(min, v);
      max = (float) Math.max(max, v);
    }
    if (a.tensor("input").numel() == 0) {
      return qparams(1, 0);
    }
    float eps = (float) a.number("eps");
    float steps = (float) (range.levels() - 1);
    if (symmetric) {
      float scale = Math.max(Math.max(-min, max) / (steps / 2), eps);
      return qparams(scale, a.dtype("dtype") == DType.UINT8 ? 128 : 0);
    }
    float scale = Math.max((max - min) / steps, eps);
    return qparams(scale, range.clamp(range.min() - (long) Math.rint(min / scale)));
  }

  private static Tuple qparams(float scale, long zeroPoint) {
    Shape one = Shape.of(1);
    return Tuple.of(
        Tensor.of(DType.FLOAT64, one, new double[] {scale}),
        Tensor.of(DType.INT64, one, new long[] {zeroPoint}));
  }
}
