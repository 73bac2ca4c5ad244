package io.octant.onnx.export;

import io.octant.graph.None;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pools. Partial windows at the end are written as padding, of which all runtimes think alike. */
final class PoolExports {
  private PoolExports() {}

  static Object max(NodeCall c, int n) {
    Map<String, Object> attributes = window(c, n, c.longs("padding", n), c.longs("dilation", n));
    attributes.put("dilations", c.longs("dilation", n));
    return c.values().flag("return_indices")
        ? withPositions(c, n, attributes)
        : pooled(c, n, "MaxPool", attributes);
  }

  static List<String> maxWithPositions(NodeCall c, int n) {
    Map<String, Object> attributes = window(c, n, c.longs("padding", n), c.longs("dilation", n));
    attributes.put("dilations", c.longs("dilation", n));
    return withPositions(c, n, attributes);
  }

  private static String pooled(NodeCall c, int n, String op, Map<String, Object> attributes) {
    String y = c.graph().emit(op, attributes, WindowExports.batched(c, n));
    return WindowExports.unbatched(c, n, y);
  }

  /** Positions are those in the plane, of which ONNX counts all in one. */
  private static List<String> withPositions(NodeCall c, int n, Map<String, Object> attributes) {
    long plane = 1;
    for (int i = c.rank("input") - n; i < c.rank("input"); i++) {
      plane *= c.fixedDim("input", i);
    }
    List<String> both = c.graph().emit("MaxPool", attributes, 2, WindowExports.batched(c, n));
    String positions =
        c.graph().emit("Mod", both.get(1), c.graph().number(DType.INT64, (double) plane));
    return List.of(
        WindowExports.unbatched(c, n, both.get(0)), WindowExports.unbatched(c, n, positions));
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
    return pooled(c, n, "LpPool", attributes);
  }

  /** Kernel, strides, and pads with what the last partial window needs. */
  private static Map<String, Object> window(NodeCall c, int n, long[] padding, long[] dilation) {
    long[] kernel = c.longs("kernel_size", n);
    long[] stride = strides(c) ? c.longs("stride", n) : kernel;
    long[] pads = new long[2 * n];
    boolean ceil = c.values().flag("ceil_mode");
    Shape out = c.firstResult().shape();
    for (int i = 0; i < n; i++) {
      pads[i] = padding[i];
      pads[n + i] = padding[i];
      if (ceil) {
        int in = c.fixedDim("input", c.rank("input") - n + i);
        long reach =
            (out.dim(out.rank() - n + i) - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1;
        pads[n + i] = Math.max(padding[i], reach - in - padding[i]);
      }
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", kernel);
    attributes.put("strides", stride);
    attributes.put("pads", pads);
    return attributes;
  }

  private static boolean strides(NodeCall c) {
    return c.has("stride") && !(c.values().value("stride") instanceof List<?> l && l.isEmpty());
  }

  static Object adaptive(NodeCall c, int n, String kind) {
    if (c.values().has("return_indices") && c.values().flag("return_indices")) {
      return adaptiveWithPositions(c, n);
    }
    return wanted(c, n).stream().allMatch(w -> w.equals(1L))
        ? pooled(c, n, "Global" + kind + "Pool", Map.of())
        : pooled(c, n, kind + "Pool", parts(c, n));
  }

  static List<String> adaptiveWithPositions(NodeCall c, int n) {
    return withPositions(c, n, parts(c, n));
  }

  private static List<?> wanted(NodeCall c, int n) {
    return c.values().value("output_size") instanceof Long size
        ? Collections.nCopies(n, size)
        : new ArrayList<>(c.values().items("output_size"));
  }

  /** The window of a pool of equal parts. */
  private static Map<String, Object> parts(NodeCall c, int n) {
    List<?> wanted = wanted(c, n);
    int first = c.rank("input") - n;
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
    return Map.of("kernel_shape", kernel, "strides", kernel);
  }
}
