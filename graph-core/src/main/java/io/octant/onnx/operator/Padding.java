package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sliding-window attributes that convolutions and pools share, with {@code auto_pad} resolved.
 *
 * @param kernel window size, one entry a spatial axis
 * @param begin padding before the first element of each axis
 * @param end padding after the last
 */
record Padding(int[] kernel, int[] stride, int[] dilation, int[] begin, int[] end) {
  /** Reads the attributes of a node whose input has two axes before the spatial ones. */
  static Padding of(OnnxNode node, Value input, int[] kernel) {
    int n = kernel.length;
    Padding explicit = explicit(node, kernel);
    int[] stride = explicit.stride();
    int[] dilation = explicit.dilation();
    int[] begin = explicit.begin();
    int[] end = explicit.end();
    String auto = node.string("auto_pad", "NOTSET");
    switch (auto) {
      case "NOTSET" -> {}
      case "VALID" -> {
        begin = new int[n];
        end = new int[n];
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        for (int i = 0; i < n; i++) {
          int size = input.fixedDim(i + 2);
          if (size < 0) {
            throw node.error("auto_pad " + auto + " on an axis that depends on the batch");
          }
          long steps = ((long) size + stride[i] - 1) / stride[i];
          long reach = (long) dilation[i] * (kernel[i] - 1) + 1;
          long needed = (steps - 1) * stride[i] + reach - size;
          if (needed < -1) { // runtimes differ in whether the windows shift
            throw node.error(
                "auto_pad " + auto + " with strides beyond the window, expected explicit pads");
          }
          int total = Math.toIntExact(Math.max(0, needed));
          begin[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          end[i] = total - begin[i];
        }
      }
      default -> throw node.error("auto_pad " + auto + ", expected NOTSET, VALID or SAME_…");
    }
    return new Padding(kernel, stride, dilation, begin, end);
  }

  /** The attributes without {@code auto_pad}, which is read elsewhere. */
  static Padding explicit(OnnxNode node, int[] kernel) {
    int n = kernel.length;
    int[] stride = node.integers("strides", filled(n, 1));
    int[] dilation = node.integers("dilations", filled(n, 1));
    int[] pads = node.integers("pads", new int[2 * n]);
    if (stride.length != n || dilation.length != n || pads.length != 2 * n) {
      throw node.error("strides, dilations and pads do not fit a kernel of " + n + " axes");
    }
    requirePositive(node, "kernel", kernel);
    requirePositive(node, "strides", stride);
    requirePositive(node, "dilations", dilation);
    for (int pad : pads) {
      if (pad < 0 || pad > 1 << 24) {
        throw node.error("pads " + Arrays.toString(pads) + ", expected 0 to 2^24");
      }
    }
    return new Padding(
        kernel, stride, dilation, Arrays.copyOf(pads, n), Arrays.copyOfRange(pads, n, 2 * n));
  }

  private static void requirePositive(OnnxNode node, String what, int[] values) {
    for (int v : values) {
      if (v < 1 || v > 1 << 24) {
        throw node.error(what + " " + Arrays.toString(values) + ", expected 1 to 2^24");
      }
    }
  }

  boolean isSymmetric() {
    return Arrays.equals(begin, end);
  }

  /** The input padded explicitly with a value, where the torch operator cannot express it. */
  Value pad(Value input, double value, ImportGraph graph) {
    List<Object> amounts = new ArrayList<>();
    for (int i = kernel.length - 1; i >= 0; i--) { // torch counts from the last axis
      amounts.add((long) begin[i]);
      amounts.add((long) end[i]);
    }
    return graph.function(
        "torch.nn.functional.pad",
        List.of(input, amounts),
        Values.dict("mode", "constant", "value", value));
  }

  static int[] filled(int n, int value) {
    int[] out = new int[n];
    Arrays.fill(out, value);
    return out;
  }
}
