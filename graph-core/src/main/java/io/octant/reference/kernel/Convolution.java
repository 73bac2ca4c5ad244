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

  /**
   * Convolves arrays. Integers (say, a quantized tensor less its zero point) give exact sums up to
   * 2<sup>53</sup>.
   *
   * @param bias one value an output channel, added after the sum
   */
  public static double[] convolve(
      double[] x,
      Shape xShape,
      double[] weight,
      Shape wShape,
      double @Nullable [] bias,
      ConvGeometry g) {
    Shape shape = outputShape(xShape, wShape, g);
    int batch = shape.dim(0);
    int outputs = shape.dim(1);
    double[] out = new double[shape.numel()];
    if (out.length == 0) {
      return out;
    }
    int positions = shape.numel() / (batch * outputs);
    int groups = g.groups();
    int groupOutputs = outputs / groups;
    Columns columns = new Columns(xShape, wShape, shape, g);
    int depth = columns.depth();
    double[] cols = new double[depth * positions];
    for (int n = 0; n < batch; n++) {
      for (int group = 0; group < groups; group++) {
        columns.read(x, n, group, cols);
        int at = (n * outputs + group * groupOutputs) * positions;
        Gemm.multiply(
            groupOutputs, positions, depth, weight, group * groupOutputs * depth, cols, 0, out, at);
      }
    }
    addBias(out, bias, outputs, positions);
    return out;
  }

  /** Adds one value a channel to an [N, C, positions] array. */
  static void addBias(double[] out, double @Nullable [] bias, int channels, int positions) {
    if (bias == null) {
      return;
    }
    for (int i = 0; i < out.length; i++) {
      out[i] += bias[(i / positions) % channels];
    }
  }
}
