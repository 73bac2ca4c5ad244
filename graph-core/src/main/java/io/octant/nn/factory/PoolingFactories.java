package io.octant.nn.factory;

import io.octant.graph.None;
import io.octant.nn.ModuleFactory;
import io.octant.nn.pooling.AdaptiveAvgPool1d;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.AdaptiveAvgPool3d;
import io.octant.nn.pooling.AdaptiveMaxPool1d;
import io.octant.nn.pooling.AdaptiveMaxPool2d;
import io.octant.nn.pooling.AdaptiveMaxPool3d;
import io.octant.nn.pooling.AvgPool1d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.AvgPool3d;
import io.octant.nn.pooling.LPPool1d;
import io.octant.nn.pooling.LPPool2d;
import io.octant.nn.pooling.LPPool3d;
import io.octant.nn.pooling.MaxPool1d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.MaxPool3d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.pooling.PowerPoolSettings;
import io.octant.reference.binding.NamedValues;
import java.util.List;
import java.util.Map;

/** Factories of pools. */
final class PoolingFactories {
  private PoolingFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.MaxPool1d", (h, t) -> new MaxPool1d(max(h)));
    into.put("torch.nn.MaxPool2d", (h, t) -> new MaxPool2d(max(h)));
    into.put("torch.nn.MaxPool3d", (h, t) -> new MaxPool3d(max(h)));
    into.put("torch.nn.AvgPool1d", (h, t) -> new AvgPool1d(average(h)));
    into.put("torch.nn.AvgPool2d", (h, t) -> new AvgPool2d(average(h)));
    into.put("torch.nn.AvgPool3d", (h, t) -> new AvgPool3d(average(h)));
    into.put("torch.nn.LPPool1d", (h, t) -> new LPPool1d(power(h)));
    into.put("torch.nn.LPPool2d", (h, t) -> new LPPool2d(power(h)));
    into.put("torch.nn.LPPool3d", (h, t) -> new LPPool3d(power(h)));
    into.put("torch.nn.AdaptiveMaxPool1d", (h, t) -> new AdaptiveMaxPool1d(outputSize(h)));
    into.put("torch.nn.AdaptiveMaxPool2d", (h, t) -> new AdaptiveMaxPool2d(outputSize(h)));
    into.put("torch.nn.AdaptiveMaxPool3d", (h, t) -> new AdaptiveMaxPool3d(outputSize(h)));
    into.put("torch.nn.AdaptiveAvgPool1d", (h, t) -> new AdaptiveAvgPool1d(outputSize(h)));
    into.put("torch.nn.AdaptiveAvgPool2d", (h, t) -> new AdaptiveAvgPool2d(outputSize(h)));
    into.put("torch.nn.AdaptiveAvgPool3d", (h, t) -> new AdaptiveAvgPool3d(outputSize(h)));
  }

  private static PoolSettings common(NamedValues h) {
    PoolSettings s =
        PoolSettings.of(h.ints("kernel_size"))
            .withStride(h.ints(h.isNone("stride") ? "kernel_size" : "stride"))
            .withPadding(h.ints("padding"));
    return h.flag("ceil_mode") ? s.withPartialWindows() : s;
  }

  private static PowerPoolSettings power(NamedValues h) {
    PowerPoolSettings s = PowerPoolSettings.of(h.number("norm_type"), h.ints("kernel_size"));
    s = h.isNone("stride") ? s : s.withStride(h.ints("stride"));
    return h.flag("ceil_mode") ? s.withPartialWindows() : s;
  }

  private static PoolSettings max(NamedValues h) {
    return common(h).withDilation(h.ints("dilation"));
  }

  private static PoolSettings average(NamedValues h) {
    PoolSettings s = h.flag("count_include_pad") ? common(h) : common(h).withoutCountingPadding();
    return !h.has("divisor_override") || h.isNone("divisor_override")
        ? s
        : s.withDivisor(h.integer("divisor_override"));
  }

  private static int[] outputSize(NamedValues h) {
    Object given = h.value("output_size");
    List<?> items =
        given instanceof Long || given == None.NONE ? List.of(given) : h.items("output_size");
    return items.stream()
        .mapToInt(i -> i instanceof Long size ? Math.toIntExact(size) : -1)
        .toArray();
  }
}
