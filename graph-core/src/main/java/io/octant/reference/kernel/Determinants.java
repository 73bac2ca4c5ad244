package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/** {@code torch.det}. */
public final class Determinants {
  private Determinants() {}

  /**
   * The determinant of each matrix of {@code [..., n, n]}, by elimination with the largest pivot of
   * a column in double precision; 1 for {@code n = 0}. The type is kept, and NaN and infinities go
   * through the sums.
   *
   * @throws OctantException if the last two axes are not those of a square matrix
   */
  public static Tensor of(Tensor x) {
    int rank = x.shape().rank();
    if (rank < 2 || x.shape().dim(-1) != x.shape().dim(-2)) {
      throw new OctantException(
          "Cannot compute the determinant of "
              + x.description()
              + ", expected square matrices on the last two axes");
    }
    int n = x.shape().dim(-1);
    Shape shape = Shape.of(Arrays.copyOf(x.shape().toArray(), rank - 2));
    double[] v = Values.of(x);
    double[] out = new double[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = eliminate(Arrays.copyOfRange(v, i * n * n, (i + 1) * n * n), n);
    }
    return Values.tensor(x.dtype(), shape, out);
  }

  private static double eliminate(double[] m, int n) {
    double product = 1;
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        pivot = Math.abs(m[r * n + c]) > Math.abs(m[pivot * n + c]) ? r : pivot;
      }
      product *= pivot == c ? m[c * n + c] : -m[pivot * n + c];
      if (m[pivot * n + c] == 0) {
        return 0;
      }
      for (int k = c; k < n; k++) {
        double held = m[c * n + k];
        m[c * n + k] = m[pivot * n + k];
        m[pivot * n + k] = held;
      }
      for (int r = c + 1; r < n; r++) {
        double factor = m[r * n + c] / m[c * n + c];
        for (int k = c; k < n; k++) {
          m[r * n + k] -= factor * m[c * n + k];
        }
      }
    }
    return product;
  }
}
