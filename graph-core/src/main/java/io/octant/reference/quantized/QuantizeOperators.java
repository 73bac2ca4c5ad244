package io.octant.reference.quantized;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.List;

/** {@code torch.quantize_per_tensor} and its siblings, {@code dequantize}, and qparam readers. */
final class QuantizeOperators implements OperatorFamily {
  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantize_per_tensor", QuantizeOperators::perTensor)
        .define("quantize_per_channel", QuantizeOperators::perChannel)
        .define("quantize_per_tensor_dynamic", QuantizeOperators::dynamic)
        .define(
            "dynamic_quantize_linear", a -> DynamicQuantization.quantizeLinear(a.tensor("input")))
        .define("dequantize", a -> dequantize(a.value("input"), a))
        .define("int_repr", a -> a.tensor("input").intRepr())
        .define("q_scale", a -> a.tensor("input").qparams().scale())
        .define("q_zero_point", a -> (long) a.tensor("input").qparams().zeroPoint());
  }

  private static Tensor perTensor(NamedValues a) {
    QParams q = QParams.perTensor(a.number("scale"), Math.round(a.number("zero_point")));
    return Quantizer.quantize(a.tensor("input"), q, a.dtype("dtype"));
  }

  /** Over the tensor's own range; a cast for {@code float16}. */
  private static Tensor dynamic(NamedValues a) {
    Tensor x = a.tensor("input");
    DType dtype = a.dtype("dtype");
    return dtype == DType.FLOAT16
        ? Values.cast(x, dtype)
        : DynamicQuantization.quantize(
            x, dtype, ActivationBits.ofReduceRange(a.flag("reduce_range")));
  }

  private static Tensor perChannel(NamedValues a) {
    Tensor x = a.tensor("input");
    return Quantizer.quantize(
        x,
        qparams(a.tensor("scales"), a.tensor("zero_points"), x.shape().axis(a.integer("axis"))),
        a.dtype("dtype"));
  }

  /** Per-channel parameters from tensors: float zero points make it the float-qparams scheme. */
  static QParams qparams(Tensor scales, Tensor zeroPoints, int axis) {
    QScheme scheme =
        zeroPoints.dtype().isFloatingPoint()
            ? QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS
            : QScheme.PER_CHANNEL_AFFINE;
    return QParams.perChannel(scheme, Values.of(scales), Values.of(zeroPoints), axis);
  }

  /** Floats pass through as float32, lists and tuples item by item. */
  private static Object dequantize(Object value, NamedValues a) {
    if (value instanceof Tensor t) {
      return t.isQuantized() ? Quantizer.dequantize(t) : Values.cast(t, DType.FLOAT32);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(v -> dequantize(v, a)).toList();
    }
    if (value instanceof Tuple tuple) {
      return new Tuple(tuple.items().stream().map(v -> dequantize(v, a)).toList());
    }
    throw a.wrong("input", "tensors");
  }
}
