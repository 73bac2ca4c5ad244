package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** How many windows a pool has on each spatial axis, in ONNX and in torch. */
final class PoolSizes {
  private final Padding window;
  private final int[] input;
  private final int[] output;

  /** The number of windows that the attributes of a node give; refuses a pool without any. */
  PoolSizes(OnnxNode node, Value x, Padding window, boolean ceil) {
    this.window = window;
    int n = window.kernel().length;
    this.input = new int[n];
    this.output = new int[n];
    for (int i = 0; i < n; i++) {
      input[i] = x.fixedDim(i + 2);
      if (input[i] < 1) {
        throw node.error("input of shape " + x.shape() + ", expected fixed spatial sizes");
      }
      long room = (long) input[i] + window.begin()[i] + window.end()[i] - reach(i);
      if (room < 0) {
        throw node.error(
            "window of "
                + reach(i)
                + " elements on axis "
                + (i + 2)
                + " of "
                + input[i]
                + ", expected the padded input to hold it");
      }
      // A last window that would start behind the input is none.
      output[i] = count(room, i, ceil);
    }
  }

  private long reach(int i) {
    return (window.kernel()[i] - 1L) * window.dilation()[i] + 1;
  }

  private int count(long room, int i, boolean ceil) {
    int stride = window.stride()[i];
    long count = (ceil ? room + stride - 1 : room) / stride + 1;
    boolean behind = (count - 1) * stride >= (long) input[i] + window.begin()[i];
    return Math.toIntExact(ceil && behind ? count - 1 : count);
  }

  /** Whether torch takes the padding: up to half the window. */
  boolean isNarrow() {
    for (int i = 0; i < output.length; i++) {
      if (2 * window.begin()[i] > window.kernel()[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether torch, which pads the end as the beginning, has all windows. As padding is not counted,
   * those that it has more can be cut off.
   */
  boolean areEnoughInTorch(boolean ceil) {
    for (int i = 0; i < output.length; i++) {
      long room = input[i] + 2L * window.begin()[i] - reach(i);
      if (room < 0 || count(room, i, ceil) < output[i]) {
        return false;
      }
    }
    return true;
  }

  /** The pooled tensor without the windows that ONNX does not have. */
  Value cropped(Value pooled, ImportGraph graph) {
    Value out = pooled;
    for (int i = 0; i < output.length; i++) {
      if (pooled.shape().dim(i + 2) > output[i]) {
        out = IndexingImports.range(out, i + 2, 0, output[i], graph);
      }
    }
    return out;
  }

  /**
   * The share of each window that lies inside the input, [1, 1, spatial…]. A window that reaches
   * behind the padding counts up to it, as torch counts.
   */
  Tensor share(Shape pooled) {
    return perWindow(pooled, i -> (double) taps(i, 0, 0) / taps(i, i.begin(), i.end()));
  }

  /** How many elements of each window lie inside the input, or the padded input. */
  Tensor counts(Shape pooled, boolean padded) {
    return perWindow(pooled, i -> padded ? taps(i, i.begin(), i.end()) : taps(i, 0, 0));
  }

  /** One window on one axis: its first element counted from that of the input. */
  private record Place(int from, int kernel, int dilation, int input, int begin, int end) {}

  private interface Measure {
    double of(Place place);
  }

  private static int taps(Place p, int before, int behind) {
    int taps = 0;
    for (int k = 0; k < p.kernel(); k++) {
      int at = p.from() + k * p.dilation();
      taps += at >= -before && at < p.input() + behind ? 1 : 0;
    }
    return taps;
  }

  private Tensor perWindow(Shape pooled, Measure measure) {
    int[] dims = pooled.toArray();
    dims[0] = 1;
    dims[1] = 1;
    Shape shape = Shape.of(dims);
    float[] out = new float[shape.numel()];
    for (int at = 0; at < out.length; at++) {
      double product = 1;
      for (int i = 0; i < output.length; i++) {
        int o = at / shape.strides()[i + 2] % shape.dim(i + 2);
        product *= measure.of(place(i, o * window.stride()[i] - window.begin()[i]));
      }
      out[at] = (float) product;
    }
    return Tensor.of(out, dims);
  }

  private Place place(int i, int from) {
    return new Place(
        from,
        window.kernel()[i],
        window.dilation()[i],
        input[i],
        window.begin()[i],
        window.end()[i]);
  }

  /** The padding with as much more at the end as the last window reaches behind it. */
  Padding full() {
    int[] end = window.end().clone();
    for (int i = 0; i < end.length; i++) {
      long needed = (output[i] - 1L) * window.stride()[i] + reach(i);
      long behind = needed - input[i] - window.begin()[i] - end[i];
      end[i] += Math.toIntExact(Math.max(0, behind));
    }
    return new Padding(window.kernel(), window.stride(), window.dilation(), window.begin(), end);
  }
}
