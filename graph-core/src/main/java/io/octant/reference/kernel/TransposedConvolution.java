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
    Values.requireOneType("convolve", x, weight);
    boolean single = x.shape().rank() == geometry.rank() + 1;
    Tensor batch = single ? Shapes.unsqueeze(x, 0) : x;
    Shape shape = outputShape(batch.shape(), weight.shape(), geometry);
    double[] out = compute(Precision.of(x), batch, weight, geometry, shape);
    Convolution.addBias(out, bias, shape.dim(1), out.length / (shape.dim(0) * shape.dim(1)));
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

  private static double[] compute(
      Precision precision, Tensor x, Tensor weight, ConvGeometry g, Shape shape) {
    double[] out = new double[shape.numel()];
    if (x.numel() == 0) {
      return out;
    }
    int batch = x.shape().dim(0);
    int channels = x.shape().dim(1);
    int inputs = channels / g.groups();
    int positions = x.numel() / (batch * channels);
    Columns columns = new Columns(shape, weight.shape(), x.shape(), g);
    int depth = columns.depth();
    double[] w = columns.inRowOrder(Values.of(weight));
    double[] image = Values.of(x);
    for (int group = 0; group < g.groups(); group++) {
      Gemm.Block block = new Gemm.Block(w, group * inputs * depth);
      Gemm.Block transposed = Gemm.Block.of(Gemm.transpose(inputs, depth, block));
      for (int n = 0; n < batch; n++) {
        double[] matrix = columns.matrix();
        Gemm.Block from = new Gemm.Block(image, (n * channels + group * inputs) * positions);
        Gemm.multiply(precision, depth, positions, inputs, transposed, from, Gemm.Block.of(matrix));
        columns.scatter(matrix, n, group, out);
      }
    }
    return out;
  }
}
