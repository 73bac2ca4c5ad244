package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A linear weight rounded to half precision, with float bias and float arithmetic ({@code
 * torch.ops.quantized.linear_prepack_fp16}).
 *
 * @param weight {@code float16 [O, K]}
 * @param bias float {@code [O]} or null
 */
public record PackedLinearFp16(Tensor weight, @Nullable Tensor bias) implements PackedWeight {
  private static final float LARGEST = 65504f;

  public PackedLinearFp16 {
    if (weight.dtype() != DType.FLOAT16 || weight.shape().rank() != 2) {
      throw new OctantException(
          "Cannot pack linear weight: " + weight.description() + ", expected float16 of rank 2");
    }
  }

  /**
   * Rounds a float weight, half to even; magnitudes beyond 65504 saturate, as PyTorch's packing
   * does.
   */
  public static PackedLinearFp16 pack(Tensor weight, @Nullable Tensor bias) {
    float[] from = weight.floats();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.max(-LARGEST, Math.min(LARGEST, from[i]));
    }
    Tensor saturated = Tensor.of(DType.FLOAT32, weight.shape(), to);
    return new PackedLinearFp16(Values.cast(saturated, DType.FLOAT16), bias);
  }

  @Override
  public Tensor unpackedWeight() {
    return Values.cast(weight, DType.FLOAT32);
  }

  /**
   * {@code x·Wᵀ + b} in float32; {@code torch.ops.quantized.linear_dynamic_fp16}.
   *
   * @param x float {@code [*, K]}
   * @return float {@code [*, O]}
   */
  public Tensor applyDynamic(Tensor x) {
    int depth = weight.shape().dim(1);
    int out = weight.shape().dim(0);
    if (x.shape().rank() < 1 || x.shape().dim(-1) != depth) {
      throw new OctantException(
          "Cannot multiply: input "
              + x.shape()
              + ", expected "
              + depth
              + " features on the last axis");
    }
    Shape shape = x.shape().withDim(-1, out);
    float[] xs = x.floats();
    float[] ws = weight.floats();
    float[] result = new float[shape.numel()];
    for (int i = 0; i < result.length; i++) {
      int row = i / out * depth;
      int o = i % out;
      float sum = bias == null ? 0f : bias.floats()[o];
      for (int k = 0; k < depth; k++) {
        sum += xs[row + k] * ws[o * depth + k];
      }
      result[i] = sum;
    }
    return Tensor.of(DType.FLOAT32, shape, result);
  }
}
