package io.octant.onnx.export;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Padding, resizing and rearranging of images. */
final class ImageExports {
  private ImageExports() {}

  static String pad(NodeCall c) {
    int[] amounts = c.values().ints("pad");
    double value = c.has("value") ? c.values().number("value") : 0;
    return padded(c, amounts, c.values().text("mode"), value);
  }

  /** The padding modules, whose type tells the mode. */
  static String padding(NodeCall c) {
    String type = c.type().substring(c.type().lastIndexOf('.') + 1);
    String mode =
        type.startsWith("Reflection")
            ? "reflect"
            : type.startsWith("Replication")
                ? "replicate"
                : type.startsWith("Circular") ? "circular" : "constant";
    Object value = c.settings().getOrDefault("value", 0.0);
    return padded(c, c.values().ints("padding"), mode, ((Number) value).doubleValue());
  }

  private static String padded(NodeCall c, int[] amounts, String mode, double value) {
    int n = amounts.length / 2;
    long[] pads = new long[2 * n];
    for (int i = 0; i < n; i++) {
      pads[n - 1 - i] = amounts[2 * i];
      pads[2 * n - 1 - i] = amounts[2 * i + 1];
    }
    return padded(c, c.in("input"), c.rank("input"), n, pads, mode, value);
  }

  /** A batch of images padded at their last axes; begins first, then ends. */
  static String padded(NodeCall c, String x, int n, long[] pads, String mode, double value) {
    return padded(c, x, n + 2, n, pads, mode, value);
  }

  private static String padded(
      NodeCall c, String x, int rank, int n, long[] pads, String mode, double value) {
    long[] all = new long[2 * rank];
    System.arraycopy(pads, 0, all, rank - n, n);
    System.arraycopy(pads, n, all, 2 * rank - n, n);
    if (!mode.equals("constant") && Arrays.stream(pads).anyMatch(p -> p < 0)) {
      throw c.refusal("negative amounts with mode " + mode + ", expected amounts of at least 0");
    }
    String onnx =
        switch (mode) {
          case "constant" -> "constant";
          case "reflect" -> "reflect";
          case "replicate" -> "edge";
          case "circular" -> "wrap";
          default -> throw c.refusal("mode " + mode);
        };
    String number = onnx.equals("constant") ? c.graph().number(c.dtype(), value) : "";
    return c.graph().emit("Pad", Map.of("mode", onnx), x, c.graph().ints(all), number);
  }

  /** ONNX' own operator, as the graph has it. */
  static String resize(NodeCall c) {
    String mode = c.values().text("mode");
    Map<String, Object> attributes = new LinkedHashMap<>();
    int[] axes = c.values().ints("axes");
    attributes.put("axes", Arrays.stream(axes).asLongStream().toArray());
    attributes.put("mode", mode);
    attributes.put("coordinate_transformation_mode", c.values().text("coordinates"));
    attributes.put("nearest_mode", c.values().text("nearest"));
    attributes.put("cubic_coeff_a", c.values().number("cubic_coeff_a"));
    attributes.put("exclude_outside", c.values().flag("exclude_outside") ? 1L : 0L);
    attributes.put("antialias", c.values().flag("antialias") ? 1L : 0L);
    attributes.put("extrapolation_value", c.values().number("extrapolation_value"));
    long[] size = c.longs("size", axes.length);
    float[] scales = floats(c, "scales");
    boolean byScale = true;
    boolean bySize = true;
    for (int i = 0; i < axes.length; i++) {
      int in = c.fixedDim("input", axes[i]);
      byScale &= size[i] == (long) Math.floor(in * scales[i]);
      bySize &= scales[i] == (float) size[i] / in;
    }
    if (!byScale && !bySize) {
      throw c.refusal("sizes " + Arrays.toString(size) + " that no scale gives");
    }
    String roi = c.graph().constant(Tensor.of(floats(c, "roi"), 2 * axes.length));
    return byScale
        ? c.graph()
            .emit(
                "Resize",
                attributes,
                c.in("input"),
                roi,
                c.graph().constant(Tensor.of(scales, axes.length)))
        : c.graph().emit("Resize", attributes, c.in("input"), roi, "", c.graph().ints(size));
  }

  private static float[] floats(NodeCall c, String name) {
    List<?> items = c.values().items(name);
    float[] out = new float[items.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = ((Number) items.get(i)).floatValue();
    }
    return out;
  }

  static String roiAlign(NodeCall c) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("mode", c.values().text("mode"));
    attributes.put("output_height", (long) c.values().integer("output_height"));
    attributes.put("output_width", (long) c.values().integer("output_width"));
    attributes.put("sampling_ratio", (long) c.values().integer("sampling_ratio"));
    attributes.put("spatial_scale", c.values().number("spatial_scale"));
    attributes.put(
        "coordinate_transformation_mode",
        c.values().flag("aligned") ? "half_pixel" : "output_half_pixel");
    return c.graph()
        .emit(
            "RoiAlign",
            attributes,
            c.in("input"),
            c.in("rois", c.dtype()),
            c.in("batch_indices", DType.INT64));
  }

  static String interpolate(NodeCall c) {
    String mode = c.values().text("mode");
    boolean corners = c.has("align_corners") && c.values().flag("align_corners");
    if (mode.equals("area")
        || mode.equals("nearest-exact")
        || (c.values().has("antialias") && c.values().flag("antialias"))) {
      throw c.refusal("mode " + mode + " or antialias, expected nearest, linear or cubic");
    }
    int n = c.rank("input") - 2;
    long[] axes = new long[n];
    Arrays.setAll(axes, i -> i + 2);
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("axes", axes);
    boolean nearest = mode.equals("nearest");
    attributes.put("mode", nearest ? "nearest" : mode.equals("bicubic") ? "cubic" : "linear");
    attributes.put(
        "coordinate_transformation_mode",
        nearest ? "asymmetric" : corners ? "align_corners" : "half_pixel");
    if (nearest) {
      attributes.put("nearest_mode", "floor");
    }
    if (mode.equals("bicubic")) {
      attributes.put("cubic_coeff_a", -0.75);
    }
    boolean scales =
        c.has("scale_factor")
            && !(c.has("recompute_scale_factor") && c.values().flag("recompute_scale_factor"));
    if (scales && !corners) {
      return c.graph().emit("Resize", attributes, c.in("input"), "", factors(c, n), "");
    }
    long[] sizes = new long[n];
    for (int i = 0; i < n; i++) {
      sizes[i] = c.dims()[2 + i];
      if (sizes[i] < 0) {
        throw c.refusal("a size that depends on the batch");
      }
    }
    return c.graph().emit("Resize", attributes, c.in("input"), "", "", c.graph().ints(sizes));
  }

  private static String factors(NodeCall c, int n) {
    Object factor = c.values().value("scale_factor");
    float[] out = new float[n];
    List<?> items = factor instanceof Number ? null : c.values().items("scale_factor");
    for (int i = 0; i < n; i++) {
      out[i] = ((Number) (items == null ? factor : items.get(i))).floatValue();
    }
    return c.graph().constant(io.octant.tensor.Tensor.of(out, n));
  }

  static String pixelShuffle(NodeCall c) {
    if (c.rank("input") != 4) {
      throw c.refusal("an input of " + c.rank("input") + " axes, expected 4");
    }
    return c.graph()
        .emit(
            "DepthToSpace",
            Map.of("blocksize", (long) c.values().integer("upscale_factor"), "mode", "CRD"),
            c.in("input"));
  }

  static String pixelUnshuffle(NodeCall c) {
    if (c.rank("input") != 4) {
      throw c.refusal("an input of " + c.rank("input") + " axes, expected 4");
    }
    int r = c.values().integer("downscale_factor");
    int[] d = {c.fixedDim("input", 1), c.fixedDim("input", 2) / r, c.fixedDim("input", 3) / r};
    String apart = c.reshaped(c.in("input"), c.dims()[0], d[0], d[1], r, d[2], r);
    String turned =
        c.graph().emit("Transpose", Map.of("perm", new long[] {0, 1, 3, 5, 2, 4}), apart);
    return c.reshaped(turned);
  }

  static String channelShuffle(NodeCall c) {
    int groups = c.values().integer("groups");
    int[] dims = c.dims();
    int[] apart = new int[dims.length + 1];
    apart[0] = dims[0];
    apart[1] = groups;
    apart[2] = c.fixedDim("input", 1) / groups;
    System.arraycopy(dims, 2, apart, 3, dims.length - 2);
    long[] perm = new long[apart.length];
    Arrays.setAll(perm, i -> i);
    perm[1] = 2;
    perm[2] = 1;
    String turned =
        c.graph().emit("Transpose", Map.of("perm", perm), c.reshaped(c.in("input"), apart));
    return c.reshaped(turned);
  }

  static String gridSample(NodeCall c) {
    String mode = c.values().text("mode");
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put(
        "mode", mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode);
    attributes.put("padding_mode", c.values().text("padding_mode"));
    boolean corners = c.has("align_corners") && c.values().flag("align_corners");
    attributes.put("align_corners", corners ? 1L : 0L);
    return c.graph().emit("GridSample", attributes, c.in("input"), c.in("grid"));
  }
}
