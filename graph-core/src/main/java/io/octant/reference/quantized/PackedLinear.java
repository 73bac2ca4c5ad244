package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An int8 linear weight with its float bias ({@code torch.ops.quantized.linear_prepack}).
 *
 * @param weight {@code qint8 [O, K]}, per tensor or per channel on axis 0
 * @param bias float {@code [O]} or null, which qnnpack packs as zeros
 */
public record PackedLinear(Tensor weight, @Nullable Tensor bias, QuantizedEngine engine)
    implements PackedWeight {

  public PackedLinear {
    if (weight.dtype() != DType.QINT8 || weight.shape().rank() != 2) {
      throw new OctantException(
          "Cannot pack linear weight: " + weight.description() + ", expected qint8 of rank 2");
    }
    bias = engine.packedBias(bias, weight.shape().dim(0));
  }

  /**
   * {@code post(x·Wᵀ + b)}, quantized; {@code torch.ops.quantized.linear} and its fused forms.
   *
   * @param x per-tensor quantized {@code [*, K]}
   * @param out output scale and zero point
   * @return {@code [*, O]} in the dtype of {@code x}
   */
  public Tensor apply(Tensor x, QParams out, PostOperation post) {
    int[] sums = IntegerProducts.linear(x, weight);
    return scale(x).quantize(sums, outputShape(x), 1, x.dtype(), out, post);
  }

  /**
   * {@code x·Wᵀ + b} on an input that is quantized to quint8 over its own range first; {@code
   * torch.ops.quantized.linear_dynamic}.
   *
   * @param x float {@code [*, K]}
   * @param bits of the quantized input; qnnpack always takes eight
   * @return float {@code [*, O]}
   */
  public Tensor applyDynamic(Tensor x, ActivationBits bits) {
    Tensor q = DynamicQuantization.quantize(x, DType.QUINT8, engine.supported(bits));
    return scale(q).dequantize(IntegerProducts.linear(q, weight), outputShape(x), 1);
  }

  private AccumulatorScale scale(Tensor x) {
    return new AccumulatorScale(
        x.qparams(),
        weight.qparams(),
        bias,
        weight.shape().dim(0),
        engine,
        engine.linearRounding());
  }

  private Shape outputShape(Tensor x) {
    return x.shape().withDim(-1, weight.shape().dim(0));
  }
}
