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
              + weight.description()
              + ", expected quint8 or quint4x2 of rank 2 with float qparams a row");
    }
  }

  @Override
  public @Nullable Tensor bias() {
    return null;
  }

  /**
   * Rows of the table.
   *
   * @param indices integers {@code [*]}
   * @return float32 {@code [*, columns]}
   */
  public Tensor lookup(Tensor indices) {
    UsedRows used = UsedRows.of(indices, weight.shape().dim(0));
    return Embedding.lookup(used.indices(), dequantized(used.rows()));
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
    UsedRows used = UsedRows.of(indices, weight.shape().dim(0));
    Integer padding = bags.paddingIndex();
    return Embedding.bag(
        used.indices(),
        dequantized(used.rows()),
        offsets,
        perSampleWeights,
        new Embedding.Bags(
            bags.mode(),
            bags.includeLastOffset(),
            padding == null ? null : used.position(padding)));
  }

  /**
   * Some rows in float32. Rows of 4 bits keep their scale and smallest value in half precision, as
   * the packed format of fbgemm does.
   */
  private Tensor dequantized(int[] rows) {
    QParams q = weight.qparams();
    int columns = weight.shape().dim(1);
    boolean half = weight.dtype() == DType.QUINT4X2;
    float[] out = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      float scale = (float) q.scale(rows[i]);
      float zeroPoint = (float) q.zeroPoint(rows[i]);
      float smallest = -zeroPoint * scale;
      for (int k = 0; k < columns; k++) {
        int value = weight.ints()[rows[i] * columns + k];
        out[i * columns + k] =
            half
                ? value * half(scale) + half(smallest)
                : Quantizer.dequantizeWithFloatZeroPoint(value, scale, zeroPoint);
      }
    }
    return Tensor.of(out, rows.length, columns);
  }

  private static float half(float value) {
    return Values.cast(Tensor.scalar(value), DType.FLOAT16).floats()[0];
  }
}
