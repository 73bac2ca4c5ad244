package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.Arrays;

/**
 * The window of a transposed convolution with {@code output_shape} and {@code auto_pad} resolved.
 * ONNX cuts different amounts off both ends; torch cuts the same, the smaller one, and the rest is
 * sliced off.
 *
 * @param window pads being what is cut off
 * @param outputPadding what is appended to each axis first
 */
record TransposedWindow(Padding window, int[] outputPadding) {
  static TransposedWindow of(OnnxNode node, Value input, int[] kernel) {
    int n = kernel.length;
    Padding window = Padding.explicit(node, kernel);
    int[] appended = node.integers("output_padding", new int[n]);
    if (appended.length != n || Arrays.stream(appended).anyMatch(p -> p < 0)) {
      throw node.error(node.describe("output_padding") + ", expected 0 or more on " + n + " axes");
    }
    int[] begin = window.begin().clone();
    int[] end = window.end().clone();
    String auto = node.string("auto_pad", "NOTSET");
    int[] wanted = node.integers("output_shape");
    if (wanted != null && wanted.length == n + 2) { // with batch and channels
      wanted = Arrays.copyOfRange(wanted, 2, n + 2);
    }
    if (wanted != null && wanted.length != n) {
      throw node.error(node.describe("output_shape") + ", expected " + n + " sizes");
    }
    switch (auto) {
      case "NOTSET" -> {}
      case "VALID" -> {
        begin = new int[n];
        end = new int[n];
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        if (wanted == null) {
          wanted = new int[n];
          for (int i = 0; i < n; i++) {
            wanted[i] = Math.multiplyExact(size(node, input, i), window.stride()[i]);
          }
        }
      }
      default -> throw node.error("auto_pad " + auto + ", expected NOTSET, VALID or SAME_…");
    }
    for (int i = 0; i < n; i++) {
      long full =
          (size(node, input, i) - 1L) * window.stride()[i]
              + (kernel[i] - 1L) * window.dilation()[i]
              + 1
              + appended[i];
      if (wanted != null) {
        long missing = Math.max(0, wanted[i] - full);
        long most = Math.max(window.stride()[i], window.dilation()[i]) - 1L;
        if (appended[i] + missing > most || wanted[i] < 1) {
          throw node.error(
              "output of "
                  + wanted[i]
                  + " elements on axis "
                  + i
                  + ", expected 1 to "
                  + (full - appended[i] + most));
        }
        appended[i] += (int) missing;
        full += missing;
        long cut = full - wanted[i];
        int half = Math.toIntExact(cut / 2);
        begin[i] = auto.equals("SAME_UPPER") ? half : (int) cut - half;
        end[i] = (int) cut - begin[i];
      }
      if (full - begin[i] - end[i] < 1 || full > Integer.MAX_VALUE) {
        throw node.error(
            "pads " + begin[i] + " and " + end[i] + " of " + full + " elements on axis " + i);
      }
    }
    return new TransposedWindow(
        new Padding(kernel, window.stride(), window.dilation(), begin, end), appended);
  }

  private static int size(OnnxNode node, Value input, int spatialAxis) {
    int size = input.fixedDim(spatialAxis + 2);
    if (size < 1) {
      throw node.error("input of shape " + input.shape() + ", expected fixed spatial sizes");
    }
    return size;
  }

  /** What torch can express: the same padding on both sides. */
  Padding torchWindow() {
    int[] both = new int[outputPadding.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = Math.min(window.begin()[i], window.end()[i]);
    }
    return new Padding(window.kernel(), window.stride(), window.dilation(), both, both);
  }

  /** Slices off what the torch window has left over. */
  Value cropped(Value out, ImportGraph graph) {
    int[] both = torchWindow().begin();
    Value result = out;
    for (int i = 0; i < both.length; i++) {
      int size = out.shape().dim(i + 2);
      int from = window.begin()[i] - both[i];
      int to = size - (window.end()[i] - both[i]);
      if (from != 0 || to != size) {
        result = IndexingImports.range(result, i + 2, from, to, graph);
      }
    }
    return result;
  }
}
