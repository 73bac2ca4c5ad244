package io.octant.reference.kernel;

/** The one matrix product that convolutions, linear layers and matmul share. */
public final class Gemm {
  private Gemm() {}

  /**
   * Adds A·B to C, all row-major: A is m×k, B is k×n, C is m×n. Each element of C sums its products
   * in order of k, so that a result does not depend on the other rows or columns. Products of
   * float32 or integer values are exact.
   */
  public static void multiply(
      int m,
      int n,
      int k,
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset) {
    double[] row = new double[n];
    for (int i = 0; i < m; i++) {
      System.arraycopy(c, cOffset + i * n, row, 0, n);
      for (int p = 0; p < k; p++) {
        double factor = a[aOffset + i * k + p];
        int from = bOffset + p * n;
        for (int j = 0; j < n; j++) {
          row[j] += factor * b[from + j];
        }
      }
      System.arraycopy(row, 0, c, cOffset + i * n, n);
    }
  }

  /** The transpose of a row-major rows×columns matrix. */
  public static double[] transpose(int rows, int columns, double[] a) {
    double[] out = new double[a.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = a[r * columns + c];
      }
    }
    return out;
  }
}
