package io.octant.nn.factory;

import io.octant.nn.Identity;
import io.octant.nn.ModuleFactory;
import io.octant.nn.Sizes;
import io.octant.nn.container.ModuleDict;
import io.octant.nn.container.ModuleList;
import io.octant.nn.container.Sequential;
import io.octant.nn.shape.ChannelShuffle;
import io.octant.nn.shape.Flatten;
import io.octant.nn.shape.Fold;
import io.octant.nn.shape.FoldSettings;
import io.octant.nn.shape.PixelShuffle;
import io.octant.nn.shape.PixelUnshuffle;
import io.octant.nn.shape.Unflatten;
import io.octant.nn.shape.Unfold;
import io.octant.nn.shape.Upsample;
import io.octant.nn.shape.UpsampleSettings;
import io.octant.nn.shape.UpsamplingBilinear2d;
import io.octant.nn.shape.UpsamplingNearest2d;
import io.octant.reference.binding.NamedValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Factories of containers and of modules that move elements. */
final class ShapeFactories {
  private ShapeFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.Identity", (h, t) -> new Identity());
    into.put("torch.nn.Sequential", (h, t) -> new Sequential());
    into.put("torch.nn.ModuleList", (h, t) -> new ModuleList());
    into.put("torch.nn.ModuleDict", (h, t) -> new ModuleDict());
    into.put(
        "torch.nn.Flatten", (h, t) -> new Flatten(h.integer("start_dim"), h.integer("end_dim")));
    into.put("torch.nn.PixelShuffle", (h, t) -> new PixelShuffle(h.integer("upscale_factor")));
    into.put(
        "torch.nn.PixelUnshuffle", (h, t) -> new PixelUnshuffle(h.integer("downscale_factor")));
    into.put("torch.nn.ChannelShuffle", (h, t) -> new ChannelShuffle(h.integer("groups")));
    into.put(
        "torch.nn.Unflatten",
        (h, t) -> new Unflatten(h.integer("dim"), h.ints("unflattened_size")));
    into.put("torch.nn.Unfold", (h, t) -> new Unfold(windows(h)));
    into.put("torch.nn.Fold", (h, t) -> new Fold(windows(h), h.ints("output_size")));
    into.put("torch.nn.Upsample", (h, t) -> new Upsample(resizing(h)));
    into.put("torch.nn.UpsamplingNearest2d", (h, t) -> new UpsamplingNearest2d(resizing(h)));
    into.put("torch.nn.UpsamplingBilinear2d", (h, t) -> new UpsamplingBilinear2d(resizing(h)));
  }

  private static FoldSettings windows(NamedValues h) {
    return FoldSettings.of(h.ints("kernel_size"))
        .withDilation(h.ints("dilation"))
        .withPadding(h.ints("padding"))
        .withStride(h.ints("stride"));
  }

  private static UpsampleSettings resizing(NamedValues h) {
    return new UpsampleSettings(
        h.isNone("size") ? null : Sizes.list(h.ints("size")),
        h.isNone("scale_factor") ? null : factors(h),
        h.text("mode"),
        flag(h, "align_corners"),
        h.has("recompute_scale_factor") ? flag(h, "recompute_scale_factor") : null);
  }

  private static List<Double> factors(NamedValues h) {
    Object given = h.value("scale_factor");
    List<?> items = given instanceof Number ? List.of(given) : h.items("scale_factor");
    return items.stream().map(f -> ((Number) f).doubleValue()).toList();
  }

  private static @Nullable Boolean flag(NamedValues h, String name) {
    return h.isNone(name) ? null : (Boolean) h.flag(name);
  }
}
