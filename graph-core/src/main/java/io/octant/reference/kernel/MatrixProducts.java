package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code torch.matmul} and {@code torch.nn.functional.linear}. */
public final class MatrixProducts {
  private MatrixProducts() {}

  /**
   * Matrix product with broadcast batch axes; a 1-d operand is a row on the left and a column on
   * the right.
   */
  public static Tensor matmul(Tensor a, Tensor b) {
    if (a.shape().rank() == 0 || b.shape().rank() == 0) {
      throw new OctantException(
          "Cannot multiply matrices "
              + a.description()
              + " and "
              + b.description()
              + ", expected at least one axis each");
    }
    Tensor x = a.shape().rank() == 1 ? Shapes.unsqueeze(a, 0) : a;
    Tensor y = b.shape().rank() == 1 ? Shapes.unsqueeze(b, 1) : b;
    int m = x.shape().dim(-2);
    int k = x.shape().dim(-1);
    int n = y.shape().dim(-1);
    if (y.shape().dim(-2) != k) {
      throw new OctantException(
          "Cannot multiply matrices "
              + a.description()
              + " and "
              + b.description()
              + ", expected "
              + k
              + " rows on the right");
    }
    Shape batch = Shape.broadcast(batchOf(x), batchOf(y));
    double[] p = Values.of(expandBatch(x, batch));
    double[] q = Values.of(expandBatch(y, batch));
    double[] out = new double[batch.numel() * m * n];
    DType type = TypePromotion.resultType(a, b);
    Precision precision =
        type.storage() == DType.Storage.FLOATS ? Precision.SINGLE : Precision.DOUBLE;
    for (int i = 0; i < batch.numel(); i++) {
      Gemm.multiply(
          precision,
          m,
          n,
          k,
          new Gemm.Block(p, i * m * k),
          new Gemm.Block(q, i * k * n),
          new Gemm.Block(out, i * m * n));
    }
    Tensor result = Values.tensor(type, withMatrix(batch, m, n), out);
    if (b.shape().rank() == 1) {
      result = Shapes.squeeze(result, -1);
    }
    return a.shape().rank() == 1 ? Shapes.squeeze(result, b.shape().rank() == 1 ? -1 : -2) : result;
  }

  private static Shape batchOf(Tensor t) {
    return Shape.of(Arrays.copyOf(t.shape().toArray(), t.shape().rank() - 2));
  }

  private static Shape withMatrix(Shape batch, int rows, int columns) {
    int[] dims = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }

  private static Tensor expandBatch(Tensor t, Shape batch) {
    return Elementwise.expand(t, withMatrix(batch, t.shape().dim(-2), t.shape().dim(-1)));
  }

  /**
   * {@code y = x Wᵀ + b} on the last axis.
   *
   * @param x [*, in]
   * @param weight [out, in] or [in]
   * @param bias [out]
   */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    if (weight.shape().rank() == 1) {
      Tensor y = matmul(x, weight);
      return bias == null ? y : Elementwise.combine(y, bias, Double::sum, Long::sum);
    }
    Values.requireOneType("multiply", x, weight);
    int in = weight.shape().dim(-1);
    int out = weight.shape().dim(0);
    if (weight.shape().rank() != 2 || x.shape().rank() == 0 || x.shape().dim(-1) != in) {
      throw new OctantException(
          "Cannot apply linear to "
              + x.description()
              + ", expected a last axis of the weight's "
              + weight.shape());
    }
    int rows = in == 0 ? x.numel() : x.numel() / in;
    double[] y = new double[rows * out];
    Gemm.Block transposed =
        Gemm.Block.of(Gemm.transpose(out, in, Gemm.Block.of(Values.of(weight))));
    Gemm.multiply(
        Precision.of(x), rows, out, in, Gemm.Block.of(Values.of(x)), transposed, Gemm.Block.of(y));
    Convolution.addBias(y, bias, out, 1);
    return Values.tensor(x.dtype(), x.shape().withDim(-1, out), y);
  }
}
