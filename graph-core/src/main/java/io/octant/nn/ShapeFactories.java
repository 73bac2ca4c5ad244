package io.octant.nn;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Factories of containers and of modules that move elements. */
final class ShapeFactories {
  private ShapeFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.Identity", (h, t) -> new Identity());
    into.put("torch.nn.Sequential", (h, t) -> new Sequential());
    into.put("torch.nn.ModuleList", (h, t) -> new ModuleList());
    into.put(
        "torch.nn.Flatten", (h, t) -> new Flatten(h.integer("start_dim"), h.integer("end_dim")));
    into.put("torch.nn.PixelShuffle", (h, t) -> new PixelShuffle(h.integer("upscale_factor")));
    into.put(
        "torch.nn.PixelUnshuffle", (h, t) -> new PixelUnshuffle(h.integer("downscale_factor")));
    into.put("torch.nn.ChannelShuffle", (h, t) -> new ChannelShuffle(h.integer("groups")));
    into.put("torch.nn.Upsample", ShapeFactories::upsample);
  }

  private static Upsample upsample(NamedValues h, Map<String, Tensor> tensors) {
    Interpolation.Corners corners =
        !h.isNone("align_corners") && h.flag("align_corners")
            ? Interpolation.Corners.ALIGNED
            : Interpolation.Corners.HALF_PIXEL;
    return h.isNone("size")
        ? Upsample.by(h.number("scale_factor"), h.text("mode"), corners)
        : Upsample.to(h.ints("size"), h.text("mode"), corners);
  }
}
