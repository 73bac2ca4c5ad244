package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolution over one, two or three spatial axes with zero padding, as {@code
 * torch.nn.functional.conv1d … conv3d} compute it.
 *
 * <p>Input is [N, C, spatial…], or [C, spatial…] for one sample; weight is [O, C / groups,
 * kernel…].
 */
public final class Convolution {
  private Convolution() {}

  /** Convolves a tensor; the result has the input's type. */
  public static Tensor convolve(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvGeometry geometry) {
    Values.requireOneType("convolve", x, weight);
    boolean single = x.shape().rank() == geometry.rank() + 1;
    Tensor batch = single ? Shapes.unsqueeze(x, 0) : x;
    Shape shape = outputShape(batch.shape(), weight.shape(), geometry);
    double[] out = compute(Precision.of(x), batch, weight, bias, geometry, shape);
    Tensor result = Values.tensor(x.dtype(), shape, out);
    return single ? Shapes.squeeze(result, 0) : result;
  }

  /** Shape of the output, [N, O, spatial…]. */
  public static Shape outputShape(Shape x, Shape weight, ConvGeometry g) {
    requireRanks(x, weight, g);
    if (x.dim(1) != weight.dim(1) * g.groups() || weight.dim(0) % g.groups() != 0) {
      throw new OctantException(
          "Cannot convolve "
              + x
              + " with weight "
              + weight
              + " in "
              + g.groups()
              + " groups, expected "
              + weight.dim(1) * g.groups()
              + " input channels");
    }
    int[] dims = x.toArray();
    dims[1] = weight.dim(0);
    for (int i = 0; i < g.rank(); i++) {
      dims[2 + i] = g.outputSize(i, x.dim(2 + i), weight.dim(2 + i));
    }
    return Shape.of(dims);
  }

  static void requireRanks(Shape x, Shape weight, ConvGeometry g) {
    if (x.rank() != g.rank() + 2 || weight.rank() != g.rank() + 2) {
      throw new OctantException(
          "Cannot convolve "
              + x
              + " with weight "
              + weight
              + ", expected both to have "
              + g.rank()
              + " spatial axes");
    }
  }

  private static double[] compute(
      Precision precision,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      ConvGeometry g,
      Shape shape) {
    double[] out = new double[shape.numel()];
    if (out.length == 0) {
      return out;
    }
    int batch = shape.dim(0);
    int outputs = shape.dim(1);
    int positions = shape.numel() / (batch * outputs);
    // PyTorch's depthwise kernels start from the bias, the others add it last
    boolean depthwise = weight.shape().dim(1) == 1 && g.groups() > 1;
    if (depthwise) {
      addBias(out, bias, outputs, positions);
    }
    int rows = outputs / g.groups();
    Columns columns = new Columns(x.shape(), weight.shape(), shape, g);
    int depth = columns.depth();
    double[] w = columns.inRowOrder(Values.of(weight));
    double[] image = Values.of(x);
    double[] matrix = columns.matrix();
    for (int n = 0; n < batch; n++) {
      for (int group = 0; group < g.groups(); group++) {
        columns.read(image, n, group, matrix);
        Gemm.multiply(
            precision,
            rows,
            positions,
            depth,
            new Gemm.Block(w, group * rows * depth),
            Gemm.Block.of(matrix),
            new Gemm.Block(out, (n * outputs + group * rows) * positions));
      }
    }
    if (!depthwise) {
      addBias(out, bias, outputs, positions);
    }
    return out;
  }

  /** Adds one value a channel to an [N, C, positions] array. */
  static void addBias(double[] out, @Nullable Tensor bias, int channels, int positions) {
    if (bias == null) {
      return;
    }
    double[] b = Values.of(bias);
    for (int i = 0; i < out.length; i++) {
      out[i] += b[(i / positions) % channels];
    }
  }
}
