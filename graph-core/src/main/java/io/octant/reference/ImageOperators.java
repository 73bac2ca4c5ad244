package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Folding;
import io.octant.reference.kernel.GridSampling;
import io.octant.reference.kernel.Interpolation;
import io.octant.reference.kernel.Padding;
import io.octant.reference.kernel.PixelShuffle;
import io.octant.reference.kernel.ResizeAxis;
import io.octant.reference.kernel.ResizeRule;
import io.octant.reference.kernel.Resizing;
import io.octant.reference.kernel.RoiAlignment;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Resizing, padding, windows as columns, pixel or channel shuffles, dropout. */
final class ImageOperators {

  private ImageOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("interpolate", ImageOperators::interpolate);
    ops.define("resize", ImageOperators::resize);
    ops.define("pad", ImageOperators::pad);
    ops.define(
        "pixel_shuffle", a -> PixelShuffle.shuffle(a.tensor("input"), a.integer("upscale_factor")));
    ops.define(
        "pixel_unshuffle",
        a -> PixelShuffle.unshuffle(a.tensor("input"), a.integer("downscale_factor")));
    ops.define(
        "channel_shuffle", a -> PixelShuffle.channels(a.tensor("input"), a.integer("groups")));
    ops.define("grid_sample", ImageOperators::gridSample);
    ops.define("roi_align", ImageOperators::roiAlign);
    ops.define("dropout", ImageOperators::dropout);
    ops.define("alpha_dropout", ImageOperators::dropout);
    ops.define("unfold", a -> folding(a).unfold(a.tensor("input")));
    ops.define("fold", a -> folding(a).fold(a.tensor("input"), a.ints("output_size", 2)));
  }

  private static Object gridSample(NamedValues args) {
    String mode = args.text("mode");
    String padding = args.text("padding_mode");
    if (!List.of("bilinear", "nearest", "bicubic").contains(mode)) {
      throw args.wrong("mode", "bilinear, nearest or bicubic");
    }
    if (!List.of("zeros", "border", "reflection").contains(padding)) {
      throw args.wrong("padding_mode", "zeros, border or reflection");
    }
    boolean aligned = !args.isNone("align_corners") && args.flag("align_corners");
    return new GridSampling(mode, padding, aligned)
        .sample(args.tensor("input"), args.tensor("grid"));
  }

  private static Object roiAlign(NamedValues args) {
    return new RoiAlignment(
            args.text("mode").equals("max"),
            args.integer("output_height"),
            args.integer("output_width"),
            args.integer("sampling_ratio"),
            args.number("spatial_scale"),
            args.flag("aligned"))
        .pool(args.tensor("input"), args.tensor("rois"), args.tensor("batch_indices"));
  }

  private static Object interpolate(NamedValues args) {
    Tensor x = args.tensor("input");
    InterpolationSettings to = InterpolationSettings.of(args, x.shape());
    return Interpolation.resize(x, to.size(), to.scales(), to.mode(), to.corners());
  }

  /** ONNX' Resize where {@code interpolate} cannot express it. */
  private static Object resize(NamedValues args) {
    Tensor x = args.tensor("input");
    int[] axes = args.ints("axes");
    int[] size = args.ints("size", axes.length);
    List<?> scales = args.items("scales");
    List<?> roi = args.items("roi");
    if (scales.size() != axes.length || roi.size() != 2 * axes.length) {
      throw args.wrong("scales", "one for each axis, and two of roi");
    }
    List<ResizeAxis> resized = new ArrayList<>();
    for (int i = 0; i < axes.length; i++) {
      resized.add(
          new ResizeAxis(
              axes[i],
              x.shape().dim(axes[i]),
              size[i],
              ((Number) scales.get(i)).floatValue(),
              ((Number) roi.get(i)).floatValue(),
              ((Number) roi.get(axes.length + i)).floatValue()));
    }
    ResizeRule rule =
        new ResizeRule(
            args.text("mode"),
            args.text("coordinates"),
            args.text("nearest"),
            args.number("cubic_coeff_a"),
            args.flag("exclude_outside"),
            args.flag("antialias"),
            args.number("extrapolation_value"));
    return Resizing.resize(x, resized, rule);
  }

  private static Folding folding(NamedValues args) {
    return new Folding(
        args.ints("kernel_size", 2),
        args.ints("dilation", 2),
        args.ints("padding", 2),
        args.ints("stride", 2));
  }

  private static Object pad(NamedValues args) {
    return Padding.pad(
        args.tensor("input"),
        args.ints("pad"),
        Padding.Mode.of(args.text("mode")),
        args.isNone("value") ? 0 : args.number("value"));
  }

  private static Object dropout(NamedValues args) {
    if (args.flag("training") && args.number("p") > 0) {
      throw args.wrong("training", "False: a graph has no random generator, use the module");
    }
    return args.tensor("input");
  }
}
