package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * The integer core of linear and convolution: sums of {@code (q_x − z_x)·(q_w − z_w)} in int32,
 * wrapping on overflow as the native kernels do (from about 65,000 products on).
 *
 * <p>Subtracting the zero points first makes zero padding contribute nothing, which is what the
 * native kernels reach by padding with the zero point and by row and column corrections.
 */
final class IntegerProducts {
  private IntegerProducts() {}

  /**
   * Rows of {@code x} against rows of {@code weight}.
   *
   * @param x quantized {@code [*, K]}
   * @param weight quantized {@code [O, K]}, per tensor or per channel on axis 0
   * @return sums {@code [*, O]}
   */
  static int[] linear(Tensor x, Tensor weight) {
    int depth = weight.shape().dim(1);
    int out = weight.shape().dim(0);
    if (x.shape().rank() < 1 || x.shape().dim(-1) != depth) {
      throw new OctantException(
          "Cannot multiply: input "
              + x.shape()
              + ", expected "
              + depth
              + " features on the last axis");
    }
    int[] xs = centred(x);
    int[] ws = centred(weight);
    int rows = depth == 0 ? 0 : x.numel() / depth;
    int[] sums = new int[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        int sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += xs[r * depth + k] * ws[o * depth + k];
        }
        sums[r * out + o] = sum;
      }
    }
    return sums;
  }

  /**
   * Convolution or its transpose.
   *
   * @param x quantized per tensor, {@code [N, C, spatial…]}
   * @param weight quantized, see {@link ConvolutionGeometry#outputShape}
   * @return sums in the layout of {@code out}
   */
  static int[] convolution(Tensor x, Tensor weight, ConvolutionGeometry geometry, Shape out) {
    Axis[] axes = new Axis[3];
    int missing = 3 - geometry.rank();
    for (int i = 0; i < 3; i++) {
      axes[i] =
          i < missing
              ? new Axis(1, 1, 1, 1, 0, 1, false)
              : Axis.of(geometry, i - missing, x.shape(), weight.shape(), out);
    }
    int[] xs = centred(x);
    int[] ws = centred(weight);
    int[] sums = new int[out.numel()];
    int groups = geometry.groups();
    int ins = x.shape().dim(1) / groups;
    int outs = out.dim(1) / groups;
    int xPlane = axes[0].in * axes[1].in * axes[2].in;
    int yPlane = axes[0].out * axes[1].out * axes[2].out;
    int kernel = axes[0].kernel * axes[1].kernel * axes[2].kernel;
    for (int n = 0; n < out.dim(0); n++) {
      for (int g = 0; g < groups; g++) {
        for (int o = 0; o < outs; o++) {
          for (int c = 0; c < ins; c++) {
            int w =
                geometry.transposed()
                    ? ((g * ins + c) * outs + o) * kernel
                    : ((g * outs + o) * ins + c) * kernel;
            int xAt = ((n * groups + g) * ins + c) * xPlane;
            int yAt = ((n * groups + g) * outs + o) * yPlane;
            addPlane(xs, xAt, ws, w, sums, yAt, axes);
          }
        }
      }
    }
    return sums;
  }

  private static void addPlane(
      int[] xs, int xAt, int[] ws, int wAt, int[] sums, int yAt, Axis[] axes) {
    Axis d = axes[0];
    Axis h = axes[1];
    Axis w = axes[2];
    for (int kd = 0; kd < d.kernel; kd++) {
      for (int kh = 0; kh < h.kernel; kh++) {
        for (int kw = 0; kw < w.kernel; kw++) {
          int weight = ws[wAt++];
          if (weight == 0) {
            continue;
          }
          int first = w.first(kw);
          for (int i = d.first(kd); i < d.end(kd); i++) {
            for (int j = h.first(kh); j < h.end(kh); j++) {
              int xRow = xAt + (d.source(i, kd) * h.in + h.source(j, kh)) * w.in;
              int yRow = yAt + (d.target(i, kd) * h.out + h.target(j, kh)) * w.out;
              addRow(
                  xs,
                  xRow + w.source(first, kw),
                  w.sourceStep(),
                  sums,
                  yRow + w.target(first, kw),
                  w.targetStep(),
                  w.end(kw) - first,
                  weight);
            }
          }
        }
      }
    }
  }

  /** Adds a multiple of a row; the dense case is one that the compiler vectorizes. */
  private static void addRow(
      int[] xs, int x, int xStep, int[] sums, int y, int yStep, int count, int weight) {
    if (xStep == 1 && yStep == 1) {
      for (int i = 0; i < count; i++) {
        sums[y + i] += weight * xs[x + i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      sums[y + i * yStep] += weight * xs[x + i * xStep];
    }
  }

  /**
   * One spatial axis. It is walked over outputs, or over inputs when transposed: the two sides are
   * {@code walked} and {@code walked·stride + k·dilation − padding}.
   */
  private record Axis(
      int in, int out, int kernel, int stride, int padding, int dilation, boolean transposed) {

    static Axis of(ConvolutionGeometry g, int axis, Shape x, Shape weight, Shape out) {
      return new Axis(
          x.dim(axis + 2),
          out.dim(axis + 2),
          weight.dim(axis + 2),
          g.stride().get(axis),
          g.padding().get(axis),
          g.dilation().get(axis),
          g.transposed());
    }

    private int other(int walked, int k) {
      return walked * stride + k * dilation - padding;
    }

    int source(int walked, int k) {
      return transposed ? walked : other(walked, k);
    }

    int target(int walked, int k) {
      return transposed ? other(walked, k) : walked;
    }

    int sourceStep() {
      return transposed ? 1 : stride;
    }

    int targetStep() {
      return transposed ? stride : 1;
    }

    /** First walked index whose other side is not negative. */
    int first(int k) {
      return Math.max(0, -Math.floorDiv(k * dilation - padding, stride));
    }

    /** End of the walked indexes whose other side is in range. */
    int end(int k) {
      int limit = transposed ? out : in;
      int end = Math.floorDiv(limit - 1 - k * dilation + padding, stride) + 1;
      return Math.min(transposed ? in : out, end);
    }
  }

  /** Integers minus their zero points. */
  private static int[] centred(Tensor t) {
    QParams q = t.qparams();
    int[] from = t.ints();
    int[] to = new int[from.length];
    int inner = 1;
    if (q.isPerChannel()) {
      for (int a = q.axis() + 1; a < t.shape().rank(); a++) {
        inner *= t.shape().dim(a);
      }
    }
    for (int i = 0; i < to.length; i++) {
      int channel = q.isPerChannel() ? i / inner % q.size() : 0;
      to[i] = from[i] - (int) q.zeroPoint(channel);
    }
    return to;
  }
}
