package io.octant.reference.kernel;

import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * Gradients of convolutions and transposed convolutions. A convolution is a product of the weight
 * with the windows of the input as columns, so that its gradients are products with the transposed
 * factors. Sums are taken in double.
 */
public final class ConvolutionGradient {
  private ConvolutionGradient() {}

  /**
   * Gradients of input, weight and bias of {@link Convolution#convolve}, each of its operand's
   * shape; that of the bias is [O] whether there is one or not.
   *
   * @param grad [N, O, spatial…], or without N
   */
  public static Tuple convolution(Tensor grad, Tensor x, Tensor weight, ConvGeometry g) {
    Tensor image = batch(x, g);
    Tensor dy = batch(grad, g);
    Products products = new Products(image.shape(), weight.shape(), dy.shape(), g);
    double[] gradients = Values.of(dy);
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), products.image(gradients, Values.of(weight))),
        Values.tensor(weight.dtype(), weight.shape(), products.weight(gradients, Values.of(image))),
        channelSums(dy));
  }

  /**
   * Gradients of input, weight and bias of {@link TransposedConvolution#convolve}: those of the
   * convolution that it transposes, input and gradient in each other's place.
   */
  public static Tuple transposed(Tensor grad, Tensor x, Tensor weight, ConvGeometry g) {
    Tensor windows = batch(x, g);
    Tensor dy = batch(grad, g);
    Products products = new Products(dy.shape(), weight.shape(), windows.shape(), g);
    double[] gradients = Values.of(dy);
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), products.windows(gradients, Values.of(weight))),
        Values.tensor(
            weight.dtype(), weight.shape(), products.weight(Values.of(windows), gradients)),
        channelSums(dy));
  }

  private static Tensor batch(Tensor x, ConvGeometry g) {
    return x.shape().rank() == g.rank() + 1 ? Shapes.unsqueeze(x, 0) : x;
  }

  private static Tensor channelSums(Tensor dy) {
    double[] v = Values.of(dy);
    int channels = dy.shape().dim(1);
    int inner = dy.shape().strides()[1];
    double[] out = new double[channels];
    for (int i = 0; i < v.length; i++) {
      out[i / inner % channels] += v[i];
    }
    return Values.tensor(dy.dtype(), Shape.of(channels), out);
  }

  /** The three products of image, weight and windows, each of which the other two give. */
  private static final class Products {
    private final Columns columns;
    private final Shape image;
    private final Shape windows;
    private final int groups;
    private final int rows;
    private final int depth;
    private final int positions;

    Products(Shape image, Shape weight, Shape windows, ConvGeometry g) {
      this.columns = new Columns(image, weight, windows, g);
      this.image = image;
      this.windows = windows;
      this.groups = g.groups();
      this.rows = windows.dim(1) / groups;
      this.depth = columns.depth();
      this.positions = windows.strides()[1];
    }

    private int windowsAt(int sample, int group) {
      return (sample * groups + group) * rows * positions;
    }

    double[] image(double[] gradients, double[] weight) {
      double[] out = new double[image.numel()];
      double[] w = columns.inRowOrder(weight);
      for (int group = 0; group < groups; group++) {
        Gemm.Block block = new Gemm.Block(w, group * rows * depth);
        Gemm.Block transposed = Gemm.Block.of(Gemm.transpose(rows, depth, block));
        for (int n = 0; n < image.dim(0); n++) {
          double[] matrix = columns.matrix();
          Gemm.Block from = new Gemm.Block(gradients, windowsAt(n, group));
          multiply(depth, positions, rows, transposed, from, Gemm.Block.of(matrix));
          columns.scatter(matrix, n, group, out);
        }
      }
      return out;
    }

    double[] windows(double[] pixels, double[] weight) {
      double[] out = new double[windows.numel()];
      double[] w = columns.inRowOrder(weight);
      double[] matrix = columns.matrix();
      for (int n = 0; n < image.dim(0); n++) {
        for (int group = 0; group < groups; group++) {
          columns.read(pixels, n, group, matrix);
          Gemm.Block block = new Gemm.Block(w, group * rows * depth);
          Gemm.Block to = new Gemm.Block(out, windowsAt(n, group));
          multiply(rows, positions, depth, block, Gemm.Block.of(matrix), to);
        }
      }
      return out;
    }

    double[] weight(double[] atWindows, double[] pixels) {
      double[] out = new double[groups * rows * depth];
      double[] matrix = columns.matrix();
      for (int n = 0; n < image.dim(0); n++) {
        for (int group = 0; group < groups; group++) {
          columns.read(pixels, n, group, matrix);
          double[] transposed = Gemm.transpose(depth, positions, Gemm.Block.of(matrix));
          Gemm.Block from = new Gemm.Block(atWindows, windowsAt(n, group));
          Gemm.Block to = new Gemm.Block(out, group * rows * depth);
          multiply(rows, depth, positions, from, Gemm.Block.of(transposed), to);
        }
      }
      return columns.fromRowOrder(out);
    }

    private static void multiply(int m, int n, int k, Gemm.Block a, Gemm.Block b, Gemm.Block c) {
      Gemm.multiply(Precision.DOUBLE, m, n, k, a, b, c);
    }
  }
}
