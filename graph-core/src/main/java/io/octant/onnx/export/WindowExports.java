package io.octant.onnx.export;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Convolutions and pools, and resizing, padding and sampling of images. */
final class WindowExports {
  private WindowExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    for (int axes = 1; axes <= 3; axes++) {
      int n = axes;
      out.put("conv" + n + "d", c -> convolution(c, n));
      out.put("conv_transpose" + n + "d", c -> transposed(c, n));
      out.put("max_pool" + n + "d", c -> PoolExports.max(c, n));
      out.put("avg_pool" + n + "d", c -> PoolExports.average(c, n));
      out.put("max_pool" + n + "d_with_indices", c -> PoolExports.maxWithPositions(c, n));
      out.put(
          "adaptive_max_pool" + n + "d_with_indices", c -> PoolExports.adaptiveWithPositions(c, n));
      out.put("lp_pool" + n + "d", c -> PoolExports.power(c, n));
      out.put("adaptive_avg_pool" + n + "d", c -> PoolExports.adaptive(c, n, "Average"));
      out.put("adaptive_max_pool" + n + "d", c -> PoolExports.adaptive(c, n, "Max"));
    }
    out.put("unfold", WindowExports::unfold);
    out.put("fold", WindowExports::fold);
    out.put("resize", ImageExports::resize);
    out.put("roi_align", ImageExports::roiAlign);
    out.put("pad", ImageExports::pad);
    out.put("padding", ImageExports::padding);
    out.put("interpolate", ImageExports::interpolate);
    out.put("pixel_shuffle", ImageExports::pixelShuffle);
    out.put("pixel_unshuffle", ImageExports::pixelUnshuffle);
    out.put("channel_shuffle", ImageExports::channelShuffle);
    out.put("grid_sample", ImageExports::gridSample);
    return out;
  }

  private static String convolution(NodeCall c, int n) {
    long[] dilation = c.longs("dilation", n);
    long[] kernel = kernel(c, n);
    String x = batched(c, n);
    long[] pads = new long[2 * n];
    if (c.values().value("padding") instanceof String named) {
      if (named.equals("same")) {
        for (int i = 0; i < n; i++) {
          long total = dilation[i] * (kernel[i] - 1);
          pads[i] = total / 2;
          pads[n + i] = total - total / 2;
        }
      }
    } else {
      long[] amounts = c.longs("padding", n);
      System.arraycopy(amounts, 0, pads, 0, n);
      System.arraycopy(amounts, 0, pads, n, n);
    }
    String mode = (String) c.settings().getOrDefault("padding_mode", "zeros");
    if (!mode.equals("zeros")) {
      x = ImageExports.padded(c, x, n, pads, mode, 0);
      pads = new long[2 * n];
    }
    Map<String, Object> attributes = attributes(c, kernel, dilation, n);
    attributes.put("pads", pads);
    String y = c.graph().emit("Conv", attributes, x, c.in("weight"), c.optional("bias"));
    return unbatched(c, n, y);
  }

  private static String transposed(NodeCall c, int n) {
    long[] amounts = c.longs("padding", n);
    long[] pads = new long[2 * n];
    System.arraycopy(amounts, 0, pads, 0, n);
    System.arraycopy(amounts, 0, pads, n, n);
    Map<String, Object> attributes = attributes(c, kernel(c, n), c.longs("dilation", n), n);
    attributes.put("pads", pads);
    attributes.put("output_padding", c.longs("output_padding", n));
    String y =
        c.graph()
            .emit("ConvTranspose", attributes, batched(c, n), c.in("weight"), c.optional("bias"));
    return unbatched(c, n, y);
  }

  /** Windows as columns: the positions of their elements in the padded plane, which are known. */
  private static String unfold(NodeCall c) {
    long[] kernel = c.longs("kernel_size", 2);
    long[] dilation = c.longs("dilation", 2);
    long[] padding = c.longs("padding", 2);
    long[] stride = c.longs("stride", 2);
    int rank = c.rank("input");
    long height = c.fixedDim("input", rank - 2) + 2 * padding[0];
    long width = c.fixedDim("input", rank - 1) + 2 * padding[1];
    long down = (height - dilation[0] * (kernel[0] - 1) - 1) / stride[0] + 1;
    long across = (width - dilation[1] * (kernel[1] - 1) - 1) / stride[1] + 1;
    long[] positions = new long[Math.toIntExact(kernel[0] * kernel[1] * down * across)];
    int at = 0;
    for (long k = 0; k < kernel[0] * kernel[1]; k++) {
      for (long w = 0; w < down * across; w++) {
        long y = w / across * stride[0] + k / kernel[1] * dilation[0];
        long x = w % across * stride[1] + k % kernel[1] * dilation[1];
        positions[at++] = y * width + x;
      }
    }
    long[] pads = {padding[0], padding[1], padding[0], padding[1]};
    String padded = ImageExports.padded(c, batched(c, 2), 2, pads, "constant", 0);
    String flat = c.graph().emit("Reshape", padded, c.graph().ints(0, 0, height * width));
    return c.reshaped(
        c.graph().emit("Gather", Map.of("axis", 2L), flat, c.graph().ints(positions)));
  }

  private static String fold(NodeCall c) {
    long[] padding = c.longs("padding", 2);
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("dilations", c.longs("dilation", 2));
    attributes.put("pads", new long[] {padding[0], padding[1], padding[0], padding[1]});
    attributes.put("strides", c.longs("stride", 2));
    boolean batched = c.rank("input") == 3;
    String x = c.in("input");
    String y =
        c.graph()
            .emit(
                "Col2Im",
                attributes,
                batched ? x : c.graph().emit("Unsqueeze", x, c.graph().ints(0)),
                c.graph().ints(c.longs("output_size", 2)),
                c.graph().ints(c.longs("kernel_size", 2)));
    return batched ? y : c.graph().emit("Squeeze", y, c.graph().ints(0));
  }

  private static long[] kernel(NodeCall c, int n) {
    long[] kernel = new long[n];
    Arrays.setAll(kernel, i -> c.fixedDim("weight", 2 + i));
    return kernel;
  }

  private static Map<String, Object> attributes(NodeCall c, long[] kernel, long[] dilation, int n) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kernel_shape", kernel);
    out.put("strides", c.longs("stride", n));
    out.put("dilations", dilation);
    out.put("group", (long) c.values().integer("groups"));
    return out;
  }

  /** The input with a batch axis. */
  static String batched(NodeCall c, int n) {
    return c.rank("input") == n + 2
        ? c.in("input")
        : c.graph().emit("Unsqueeze", c.in("input"), c.graph().ints(0));
  }

  /** A result without the axis that {@link #batched} made. */
  static String unbatched(NodeCall c, int n, String y) {
    return c.rank("input") == n + 2 ? y : c.graph().emit("Squeeze", y, c.graph().ints(0));
  }
}
