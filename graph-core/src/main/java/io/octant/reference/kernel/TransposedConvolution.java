package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolution over one, two or three spatial axes, as {@code
 * torch.nn.functional.conv_transpose1d … conv_transpose3d} compute it.
 *
 * <p>Input is [N, C, spatial…], or [C, spatial…] for one sample; weight is [C, O / groups,
 * kernel…].
 */
public final class TransposedConvolution {
  private TransposedConvolution() {}

  /** Applies a transposed convolution; the result has the input's type. */
  public static Tensor convolve(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvGeometry geometry) {
    boolean single = x.shape().rank() == geometry.rank() + 1;
    Tensor batch = single ? Shapes.unsqueeze(x, 0) : x;
    Shape shape = outputShape(batch.shape(), weight.shape(), geometry);
    double[] out =
        convolve(
            Values.of(batch),
            batch.shape(),
            Values.of(weight),
            weight.shape(),
            bias == null ? null : Values.of(bias),
            geometry);
    Tensor result = Values.tensor(x.dtype(), shape, out);
    return single ? Shapes.squeeze(result, 0) : result;
  }

  /** Shape of the output, [N, O, spatial…]. */
  public static Shape outputShape(Shape x, Shape weight, ConvGeometry g) {
    Convolution.requireRanks(x, weight, g);
    if (x.dim(1) != weight.dim(0) || weight.dim(0) % g.groups() != 0) {
      throw new OctantException(
          "Cannot apply a transposed convolution to "
              + x
              + " with weight "
              + weight
              + " in "
              + g.groups()
              + " groups, expected "
              + weight.dim(0)
              + " input channels");
    }
    int[] dims = x.toArray();
    dims[1] = weight.dim(1) * g.groups();
    for (int i = 0; i < g.rank(); i++) {
      dims[2 + i] = g.transposedSize(i, x.dim(2 + i), weight.dim(2 + i));
    }
    return Shape.of(dims);
  }

  /** Computes on arrays; integers give exact sums, see {@link Convolution#convolve}. */
  public static double[] convolve(
      double[] x,
      Shape xShape,
      double[] weight,
      Shape wShape,
      double @Nullable [] bias,
      ConvGeometry g) {
    Shape shape = outputShape(xShape, wShape, g);
    double[] out = new double[shape.numel()];
    if (out.length == 0) {
      return out;
    }
    int batch = xShape.dim(0);
    int inputs = xShape.dim(1) / g.groups();
    int positions = x.length / (batch * xShape.dim(1));
    Columns columns = new Columns(shape, wShape, xShape, g);
    int depth = columns.depth();
    double[] cols = new double[depth * positions];
    for (int group = 0; group < g.groups(); group++) {
      int from = group * inputs * depth;
      double[] w = java.util.Arrays.copyOfRange(weight, from, from + inputs * depth);
      double[] transposed = Gemm.transpose(inputs, depth, w);
      for (int n = 0; n < batch; n++) {
        java.util.Arrays.fill(cols, 0);
        int at = (n * xShape.dim(1) + group * inputs) * positions;
        Gemm.multiply(depth, positions, inputs, transposed, 0, x, at, cols, 0);
        columns.scatter(cols, n, group, out);
      }
    }
    Convolution.addBias(out, bias, shape.dim(1), out.length / (batch * shape.dim(1)));
    return out;
  }
}
