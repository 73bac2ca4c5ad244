package io.octant.reference.kernel;

/** The one matrix product that convolutions, linear layers and matmul share. */
final class Gemm {
  private Gemm() {}

  /**
   * Adds A·B to C, all row-major: A is m×k, B is k×n, C is m×n. Each element of C adds its products
   * in order of k, so that a result does not depend on the other rows or columns; in single
   * precision by fused multiply-adds, as the matrix kernels under PyTorch do for all but the
   * smallest matrices.
   */
  static void multiply(Precision precision, int m, int n, int k, Block a, Block b, Block c) {
    if (precision == Precision.SINGLE) {
      single(m, n, k, a, b, c);
    } else {
      full(m, n, k, a, b, c);
    }
  }

  /** A matrix within an array. */
  record Block(double[] values, int offset) {
    static Block of(double[] values) {
      return new Block(values, 0);
    }
  }

  private static void full(int m, int n, int k, Block a, Block b, Block c) {
    double[] row = new double[n];
    double[] right = b.values;
    for (int i = 0; i < m; i++) {
      System.arraycopy(c.values, c.offset + i * n, row, 0, n);
      for (int p = 0; p < k; p++) {
        double factor = a.values[a.offset + i * k + p];
        int from = b.offset + p * n;
        for (int j = 0; j < n; j++) {
          row[j] += factor * right[from + j];
        }
      }
      System.arraycopy(row, 0, c.values, c.offset + i * n, n);
    }
  }

  private static void single(int m, int n, int k, Block a, Block b, Block c) {
    float[] right = new float[k * n];
    for (int i = 0; i < right.length; i++) {
      right[i] = (float) b.values[b.offset + i];
    }
    float[] row = new float[n];
    for (int i = 0; i < m; i++) {
      int to = c.offset + i * n;
      for (int j = 0; j < n; j++) {
        row[j] = (float) c.values[to + j];
      }
      for (int p = 0; p < k; p++) {
        float factor = (float) a.values[a.offset + i * k + p];
        int from = p * n;
        for (int j = 0; j < n; j++) {
          row[j] = Math.fma(factor, right[from + j], row[j]);
        }
      }
      for (int j = 0; j < n; j++) {
        c.values[to + j] = row[j];
      }
    }
  }

  /** The transpose of a row-major rows×columns matrix. */
  static double[] transpose(int rows, int columns, Block a) {
    double[] out = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = a.values[a.offset + r * columns + c];
      }
    }
    return out;
  }
}
