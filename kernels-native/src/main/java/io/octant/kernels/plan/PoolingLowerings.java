package io.octant.kernels.plan;

import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.Pooling;
import io.octant.kernels.binding.QuantizedPool;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.kernels.binding.Window;
import io.octant.reference.binding.NamedValues;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Max, average and adaptive average pools of one to three axes, float and 8-bit. */
final class PoolingLowerings {
  private PoolingLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      String d = rank + "d";
      table.define("max_pool" + d, site -> max(site, site.settings(), axes));
      table.define("avg_pool" + d, site -> average(site, site.settings(), axes));
      table.define("adaptive_avg_pool" + d, site -> adaptive(site, site.settings(), axes));
    }
  }

  private static Activation max(Site site, NamedValues settings, int axes) {
    Site.require(!settings.flag("return_indices"), "returns indices");
    Window window = window(site.input(), settings, settings.ints("dilation", axes));
    return lower(site, Pooling.MAX, window);
  }

  private static Activation average(Site site, NamedValues settings, int axes) {
    Site.require(
        !settings.has("divisor_override") || settings.isNone("divisor_override"),
        "overrides the divisor");
    Site.require(!settings.flag("ceil_mode"), "counts partial windows");
    int[] ones = new int[axes];
    Arrays.fill(ones, 1);
    boolean counted = settings.flag("count_include_pad");
    return lower(
        site,
        counted ? Pooling.AVERAGE_INCLUDE_PADDING : Pooling.AVERAGE_EXCLUDE_PADDING,
        window(site.input(), settings, ones));
  }

  /** The window of a pool; a partial last step is made whole by padding behind. */
  static Window window(Activation src, NamedValues settings, int[] dilation) {
    int axes = dilation.length;
    long[] dims = src.dims();
    Site.require(dims.length == axes + 2, "needs a batch axis");
    int[] kernel = settings.ints("kernel_size", axes);
    int[] stride =
        settings.isNone("stride") || settings.ints("stride").length == 0
            ? kernel
            : settings.ints("stride", axes);
    int[] padding = settings.ints("padding", axes);
    long[] end = ConvolutionLowerings.longs(padding);
    if (settings.flag("ceil_mode")) {
      for (int i = 0; i < axes; i++) {
        long extent = (long) dilation[i] * (kernel[i] - 1) + 1;
        long in = dims[i + 2];
        long steps = -Math.floorDiv(extent - in - 2L * padding[i], (long) stride[i]);
        // The last window must begin within the input or the padding before it.
        if (steps * stride[i] >= in + padding[i]) {
          steps--;
        }
        end[i] = Math.max(steps * stride[i] + extent - in - padding[i], 0);
      }
    }
    return new Window(
        ConvolutionLowerings.longs(kernel),
        ConvolutionLowerings.longs(stride),
        ConvolutionLowerings.longs(dilation),
        ConvolutionLowerings.longs(padding),
        end);
  }

  private static Activation adaptive(Site site, NamedValues settings, int axes) {
    long[] in = Arrays.copyOfRange(site.input().dims(), 2, 2 + axes);
    Site.require(site.input().rank() == axes + 2, "needs a batch axis");
    int[] out = outputSize(settings, in);
    long[] size = new long[axes];
    for (int i = 0; i < axes; i++) {
      Site.require(in[i] % out[i] == 0, "divides " + in[i] + " into " + out[i] + " uneven parts");
      size[i] = in[i] / out[i];
    }
    return lower(site, Pooling.AVERAGE_EXCLUDE_PADDING, Window.global(size));
  }

  // None keeps the size of an axis.
  private static int[] outputSize(NamedValues settings, long[] in) {
    Object size = settings.value("output_size");
    int[] out = new int[in.length];
    List<?> items = size instanceof Long ? List.of() : settings.items("output_size");
    for (int i = 0; i < in.length; i++) {
      Object item = items.isEmpty() ? size : items.get(items.size() == 1 ? 0 : i);
      out[i] = item instanceof Long n ? Math.toIntExact(n) : (int) in[i];
    }
    return out;
  }

  private static Activation lower(Site site, Pooling kind, Window window) {
    Activation src = site.plan().channelsLast(site.input());
    Site.require(src.isFloat() || src.isQuantized(), "needs float32 or 8 bits");
    long[] dims = src.dims();
    for (int i = 0; i < window.rank(); i++) {
      dims[i + 2] = window.output(i, dims[i + 2]);
    }
    MemoryLayout dst = MemoryLayout.channelsLast(src.layout().type(), dims);
    if (src.isQuantized() && kind != Pooling.MAX) {
      return quantizedAverage(site.plan(), kind, src, dst, window);
    }
    String operator =
        (kind == Pooling.MAX ? "max_pool" : "avg_pool")
            + window.rank()
            + "d_"
            + src.layout().type().name().toLowerCase(Locale.ROOT);
    if (src.isQuantized()) {
      // Not left pending: what joins a kernel works on real values, a pool of integers on integers.
      return quantizedMaximum(site.plan(), operator, src, dst, window);
    }
    Pending kernel =
        new Pending(
            operator,
            dst,
            List.of(src),
            Attributes::new,
            attributes -> Kernels.pooling(kind, src.layout(), dst, window, attributes));
    return site.plan().defer(site.call(), kernel, src.dtype(), dst, src.qparams());
  }

  private static Activation quantizedMaximum(
      PlanBuilder plan, String operator, Activation src, MemoryLayout dst, Window window) {
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    plan.emit(operator, () -> maximum(src, dst, window), plan.memory(src), plan.memory(result));
    return result;
  }

  /** Ours is for images of some channels. */
  private static NativeKernel maximum(Activation src, MemoryLayout dst, Window window) {
    if (window.rank() == 2 && window.dilation(0) == 1 && window.dilation(1) == 1) {
      int zero = src.affine().zeroPoint();
      try {
        return Kernels.maximumPool(
            new QuantizedPool(src.layout(), dst, zero, window, QuantizedPool.Padding.NOT_COUNTED),
            Kernels.FASTEST);
      } catch (UnsupportedKernelException e) {
        // Few channels.
      }
    }
    try (Attributes none = new Attributes()) {
      return Kernels.pooling(Pooling.MAX, src.layout(), dst, window, none);
    }
  }

  private static Activation quantizedAverage(
      PlanBuilder plan, Pooling kind, Activation src, MemoryLayout dst, Window window) {
    Site.require(window.rank() == 2, "averages 8-bit images only");
    QuantizedPool pool =
        new QuantizedPool(
            src.layout(),
            dst,
            src.affine().zeroPoint(),
            window,
            kind == Pooling.AVERAGE_INCLUDE_PADDING
                ? QuantizedPool.Padding.COUNTED
                : QuantizedPool.Padding.NOT_COUNTED);
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    String type = src.layout().type() == ElementType.U8 ? "u8" : "s8";
    plan.emit(
        "avg_pool2d_" + type,
        () -> Kernels.averagePool(pool, Kernels.FASTEST),
        plan.memory(src),
        plan.memory(result));
    return result;
  }
}
