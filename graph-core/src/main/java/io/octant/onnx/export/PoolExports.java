package io.octant.onnx.export;

import io.octant.graph.None;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pools. Partial windows at the end are written as padding, of which all runtimes think alike. */
final class PoolExports {
  private PoolExports() {}

  static String max(NodeCall c, int n) {
    if (c.values().flag("return_indices")) {
      throw c.refusal("return_indices, which count otherwise in ONNX");
    }
    Map<String, Object> attributes = window(c, n, c.longs("padding", n), c.longs("dilation", n));
    attributes.put("dilations", c.longs("dilation", n));
    String y = c.graph().emit("MaxPool", attributes, WindowExports.batched(c, n));
    return WindowExports.unbatched(c, n, y);
  }

  static String average(NodeCall c, int n) {
    long[] padding = c.longs("padding", n);
    long[] ones = new long[n];
    Arrays.fill(ones, 1);
    Map<String, Object> attributes = window(c, n, padding, ones);
    long[] pads = (long[]) attributes.get("pads");
    boolean partial = !Arrays.equals(Arrays.copyOf(pads, n), Arrays.copyOfRange(pads, n, 2 * n));
    boolean padded = Arrays.stream(padding).anyMatch(p -> p > 0);
    boolean include = c.values().flag("count_include_pad") && padded;
    if (partial && (include || c.has("divisor_override"))) {
      throw c.refusal("partial windows that count padding, which ONNX counts otherwise");
    }
    attributes.put("count_include_pad", include || c.has("divisor_override") ? 1L : 0L);
    String y = c.graph().emit("AveragePool", attributes, WindowExports.batched(c, n));
    if (c.has("divisor_override")) {
      double size = (double) Arrays.stream(c.longs("kernel_size", n)).reduce(1, (a, b) -> a * b);
      y = c.scaled(y, c.dtype(), size / c.values().number("divisor_override"));
    }
    return WindowExports.unbatched(c, n, y);
  }

  static String power(NodeCall c, int n) {
    double p = c.values().number("norm_type");
    if (p != Math.rint(p) || p % 2 != 0 || p <= 0) {
      throw c.refusal("norm_type " + p + ", expected 2, 4, 6 …");
    }
    if (c.values().flag("ceil_mode")) {
      throw c.refusal("ceil_mode, which counts partial windows as if full");
    }
    long[] ones = new long[n];
    Arrays.fill(ones, 1);
    Map<String, Object> attributes = window(c, n, new long[n], ones);
    attributes.put("p", (long) p);
    String y = c.graph().emit("LpPool", attributes, WindowExports.batched(c, n));
    return WindowExports.unbatched(c, n, y);
  }

  /** Kernel, strides, and pads with what the last partial window needs. */
  private static Map<String, Object> window(NodeCall c, int n, long[] padding, long[] dilation) {
    long[] kernel = c.longs("kernel_size", n);
    long[] stride = strides(c, n) ? c.longs("stride", n) : kernel;
    long[] pads = new long[2 * n];
    boolean ceil = c.values().flag("ceil_mode");
    int[] out = c.dims();
    for (int i = 0; i < n; i++) {
      pads[i] = padding[i];
      pads[n + i] = padding[i];
      if (ceil) {
        int in = c.fixedDim("input", c.rank("input") - n + i);
        long reach = (out[out.length - n + i] - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1;
        pads[n + i] = Math.max(padding[i], reach - in - padding[i]);
      }
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", kernel);
    attributes.put("strides", stride);
    attributes.put("pads", pads);
    return attributes;
  }

  private static boolean strides(NodeCall c, int n) {
    return c.has("stride") && !(c.values().value("stride") instanceof List<?> l && l.isEmpty());
  }

  static String adaptive(NodeCall c, int n, String kind) {
    if (c.values().has("return_indices") && c.values().flag("return_indices")) {
      throw c.refusal("return_indices, which count otherwise in ONNX");
    }
    List<?> wanted =
        c.values().value("output_size") instanceof Long size
            ? java.util.Collections.nCopies(n, size)
            : new ArrayList<>(c.values().items("output_size"));
    int first = c.rank("input") - n;
    if (wanted.stream().allMatch(w -> w.equals(1L))) {
      String y = c.graph().emit("Global" + kind + "Pool", WindowExports.batched(c, n));
      return WindowExports.unbatched(c, n, y);
    }
    long[] kernel = new long[n];
    for (int i = 0; i < n; i++) {
      int in = c.fixedDim("input", first + i);
      long out = wanted.get(i) == None.NONE ? in : (Long) wanted.get(i);
      if (out == 0 || in % out != 0) {
        throw c.refusal(
            "output size " + out + " of an axis of " + in + ", expected a divisor of it");
      }
      kernel[i] = in / out;
    }
    Map<String, Object> attributes = Map.of("kernel_shape", kernel, "strides", kernel);
    String y = c.graph().emit(kind + "Pool", attributes, WindowExports.batched(c, n));
    return WindowExports.unbatched(c, n, y);
  }
}
