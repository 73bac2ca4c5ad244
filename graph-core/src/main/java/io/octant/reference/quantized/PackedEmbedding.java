package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.reference.kernel.Embedding;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An embedding table of 8 or 4 bits with a scale and a float zero point a row ({@code
 * torch.ops.quantized.embedding_bag_prepack}).
 *
 * @param weight {@code quint8} or {@code quint4x2}, {@code [rows, columns]}, per channel on axis 0
 *     with float zero points
 */
public record PackedEmbedding(Tensor weight) implements PackedWeight {
  public PackedEmbedding {
    if ((weight.dtype() != DType.QUINT8 && weight.dtype() != DType.QUINT4X2)
        || weight.shape().rank() != 2
        || weight.qparams().scheme() != QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      throw new OctantException(
          "Cannot pack embedding: "
              + weight
              + ", expected quint8 or quint4x2 of rank 2 with float qparams a row");
    }
  }

  @Override
  public @Nullable Tensor bias() {
    return null;
  }

  /**
   * The table in float32. Rows of 4 bits keep their scale and smallest value in half precision, as
   * the packed format of fbgemm does.
   */
  private Tensor floatTable() {
    if (weight.dtype() != DType.QUINT4X2) {
      return Quantizer.dequantize(weight);
    }
    QParams q = weight.qparams();
    float[] scale = new float[q.size()];
    float[] smallest = new float[q.size()];
    for (int row = 0; row < scale.length; row++) {
      scale[row] = (float) q.scale(row);
      smallest[row] = -(float) q.zeroPoint(row) * scale[row];
    }
    scale = half(scale);
    smallest = half(smallest);
    int columns = weight.shape().dim(1);
    float[] out = new float[weight.numel()];
    for (int i = 0; i < out.length; i++) {
      int row = i / columns;
      out[i] = weight.ints()[i] * scale[row] + smallest[row];
    }
    return Tensor.of(DType.FLOAT32, weight.shape(), out);
  }

  private static float[] half(float[] values) {
    return Values.cast(Tensor.of(values, values.length), DType.FLOAT16).floats();
  }

  /**
   * Rows of the table.
   *
   * @param indices integers {@code [*]}
   * @return float32 {@code [*, columns]}
   */
  public Tensor lookup(Tensor indices) {
    return Embedding.lookup(indices, floatTable());
  }

  /**
   * Rows of the table, combined bag by bag.
   *
   * @param offsets first index of every bag; null for 2-d indices
   * @param perSampleWeights a factor for every index, or null
   * @return float32 {@code [bags, columns]}
   */
  public Tensor bag(
      Tensor indices,
      @Nullable Tensor offsets,
      @Nullable Tensor perSampleWeights,
      Embedding.Bags bags) {
    return Embedding.bag(indices, floatTable(), offsets, perSampleWeights, bags);
  }
}
