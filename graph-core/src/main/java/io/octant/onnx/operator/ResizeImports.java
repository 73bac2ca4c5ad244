package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.onnx.OnnxNode;
import io.octant.reference.kernel.Interpolation;
import io.octant.reference.kernel.ResizeAxis;
import io.octant.reference.kernel.ResizeRule;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Resize and Upsample: {@code torch.nn.functional.interpolate} where that reads the same positions
 * with the same weights, {@code octant.resize} otherwise.
 */
final class ResizeImports {
  private static final Set<String> RESIZE =
      Set.of(
          "antialias",
          "axes",
          "coordinate_transformation_mode",
          "cubic_coeff_a",
          "exclude_outside",
          "extrapolation_value",
          "keep_aspect_ratio_policy",
          "mode",
          "nearest_mode");

  private ResizeImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("Resize", 10, 2, 4, RESIZE, ResizeImports::resize)
        .add(
            "Upsample",
            1,
            1,
            2,
            Set.of("mode", "scales", "height_scale", "width_scale"),
            ResizeImports::upsample)
        .rows();
  }

  private static Value resize(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    boolean old = node.opset() < 11; // version 10 takes scales alone and samples asymmetrically
    ResizeRule rule =
        old
            ? oldRule(node)
            : rule(
                node,
                node.string("coordinate_transformation_mode", "half_pixel"),
                node.string("nearest_mode", "round_prefer_floor"));
    int[] axes =
        Arrays.stream(node.integers("axes", IntStream.range(0, x.rank()).toArray()))
            .map(x::axis)
            .toArray();
    String policy = node.string("keep_aspect_ratio_policy", "stretch");
    float[] roi = old ? new float[0] : regionOfInterest(node, in, rule, axes.length);
    List<ResizeAxis> resized = new ArrayList<>();
    if (!old && in.has(3) && in.get(3).shape().numel() > 0) {
      if (in.has(2) && in.constant(2).numel() > 0) {
        throw node.error("scales and sizes, expected one of them");
      }
      bySize(node, x, axes, graph.elements(in.get(3), "the sizes"), policy, roi, resized);
    } else {
      if (in.has(3)) {
        in.ignore(3); // empty
      }
      if (!policy.equals("stretch")) {
        throw node.error(
            "attribute "
                + node.describe("keep_aspect_ratio_policy")
                + " with scales, expected sizes");
      }
      byScale(node, x, axes, in.constant(old ? 1 : 2), roi, resized);
    }
    return emit(x, resized, rule, graph);
  }

  private static Value upsample(OnnxNode node, Inputs in, ImportGraph graph) {
    if (node.opset() >= 10) {
      throw node.error(
          "operator set " + node.opset() + ", expected 1 to 9, or the operator Resize");
    }
    Value x = in.get(0);
    int[] axes = IntStream.range(0, x.rank()).toArray();
    List<ResizeAxis> resized = new ArrayList<>();
    byScale(node, x, axes, in.has(1) ? in.constant(1) : scales(node), new float[0], resized);
    return emit(x, resized, oldRule(node), graph);
  }

  private static Tensor scales(OnnxNode node) {
    if (node.opset() < 7) {
      float height = (float) node.number("height_scale", 1);
      return Tensor.of(new float[] {1, 1, height, (float) node.number("width_scale", 1)}, 4);
    }
    if (!node.has("scales")) {
      throw node.error("no scales, expected one for each axis");
    }
    List<Float> given = Objects.requireNonNull(node.raw("scales")).getFloatsList();
    float[] out = new float[given.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = given.get(i);
    }
    return Tensor.of(out, out.length);
  }

  /** Before operator set 11; bilinear was a name of linear then. */
  private static ResizeRule oldRule(OnnxNode node) {
    String mode = node.string("mode", "nearest");
    return checked(node, mode.equals("bilinear") ? "linear" : mode, "asymmetric", "simple");
  }

  private static ResizeRule rule(OnnxNode node, String coordinates, String nearest) {
    return checked(node, node.string("mode", "nearest"), coordinates, nearest);
  }

  private static ResizeRule checked(
      OnnxNode node, String mode, String coordinates, String nearest) {
    try {
      return new ResizeRule(
          mode,
          coordinates,
          nearest,
          node.number("cubic_coeff_a", -0.75),
          node.flag("exclude_outside", false),
          node.flag("antialias", false),
          node.number("extrapolation_value", 0));
    } catch (io.octant.OctantException e) {
      throw node.error(String.valueOf(e.getMessage()));
    }
  }

  /** Begins and ends of all axes; read by one coordinate transformation only. */
  private static float[] regionOfInterest(OnnxNode node, Inputs in, ResizeRule rule, int axes) {
    if (!rule.coordinates().equals("tf_crop_and_resize")) {
      in.ignore(1);
      return new float[0];
    }
    Tensor given = in.constant(1);
    if (given.numel() != 2 * axes) {
      throw node.error(given.numel() + " numbers of roi, expected " + 2 * axes);
    }
    float[] out = new float[2 * axes];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) given.doubleAt(i);
    }
    return out;
  }

  private static void bySize(
      OnnxNode node,
      Value x,
      int[] axes,
      List<Value> sizes,
      String policy,
      float[] roi,
      List<ResizeAxis> out) {
    if (sizes.size() != axes.length) {
      throw node.error(sizes.size() + " sizes, expected " + axes.length);
    }
    float common = commonScale(node, x, axes, sizes, policy);
    for (int i = 0; i < axes.length; i++) {
      int from = x.fixedDim(axes[i]);
      Value size = sizes.get(i);
      boolean same =
          size.at(false).equals((long) x.shape().dim(axes[i]))
              && size.at(true).equals((long) x.largeShape().dim(axes[i]));
      if ((same && common == 0 && roi.length == 0) || (from < 0 && common == 1)) {
        continue;
      }
      if (from < 0 || !size.isConstant()) {
        throw node.error("resizes axis " + axes[i] + ", which depends on the batch");
      }
      long wanted = (Long) size.at(false);
      long to = common == 0 ? wanted : Math.round((double) (common * from));
      float scale = common == 0 ? (float) to / from : common;
      add(node, axes, i, from, to, scale, roi, out);
    }
  }

  /** The scale that a policy gives all axes; 0 if each has its own. */
  private static float commonScale(
      OnnxNode node, Value x, int[] axes, List<Value> sizes, String policy) {
    if (policy.equals("stretch")) {
      return 0;
    }
    boolean smallest = policy.equals("not_larger");
    if (!smallest && !policy.equals("not_smaller")) {
      throw node.error(
          "attribute "
              + node.describe("keep_aspect_ratio_policy")
              + ", expected stretch, not_larger or not_smaller");
    }
    float scale = smallest ? Float.MAX_VALUE : 0;
    for (int i = 0; i < axes.length; i++) {
      int from = x.fixedDim(axes[i]);
      if (from < 0) {
        continue; // a scale other than 1 is refused below: it would mix samples
      }
      if (!sizes.get(i).isConstant()) {
        throw node.error("keeps the ratio of axis " + axes[i] + " to the batch");
      }
      float own = (float) (Long) sizes.get(i).at(false) / from;
      scale = smallest ? Math.min(scale, own) : Math.max(scale, own);
    }
    return scale;
  }

  private static void byScale(
      OnnxNode node, Value x, int[] axes, Tensor scales, float[] roi, List<ResizeAxis> out) {
    if (scales.numel() != axes.length) {
      throw node.error(scales.numel() + " scales, expected " + axes.length);
    }
    for (int i = 0; i < axes.length; i++) {
      float scale = (float) scales.doubleAt(i);
      int from = x.fixedDim(axes[i]);
      if (scale == 1 && (roi.length == 0 || from < 0)) {
        continue;
      }
      if (from < 0) {
        throw node.error("resizes axis " + axes[i] + ", which depends on the batch");
      }
      add(node, axes, i, from, (long) (scale * from), scale, roi, out);
    }
  }

  private static void add(
      OnnxNode node,
      int[] axes,
      int i,
      int from,
      long to,
      float scale,
      float[] roi,
      List<ResizeAxis> out) {
    if (to < 1 || to > Integer.MAX_VALUE) {
      throw node.error(
          "resizes axis "
              + axes[i]
              + " of "
              + from
              + " elements to "
              + to
              + ", expected 1 or more");
    }
    float begin = roi.length == 0 ? 0 : roi[i];
    float end = roi.length == 0 ? 1 : roi[axes.length + i];
    try {
      out.add(new ResizeAxis(axes[i], from, (int) to, scale, begin, end));
    } catch (io.octant.OctantException e) {
      throw node.error(String.valueOf(e.getMessage()));
    }
  }

  private static Value emit(Value x, List<ResizeAxis> resized, ResizeRule rule, ImportGraph graph) {
    if (resized.isEmpty()) {
      return x;
    }
    Value interpolated = interpolate(x, resized, rule, graph);
    return interpolated != null ? interpolated : general(x, resized, rule, graph);
  }

  /** The torch function if it computes the same; null if not. */
  private static @Nullable Value interpolate(
      Value x, List<ResizeAxis> resized, ResizeRule rule, ImportGraph graph) {
    int spatial = x.rank() - 2;
    if (spatial < 1 || spatial > 3 || resized.stream().anyMatch(a -> a.axis() < 2)) {
      return null;
    }
    int[] size = Arrays.copyOfRange(x.shape().toArray(), 2, x.rank());
    resized.forEach(a -> size[a.axis() - 2] = a.out());
    boolean nearest = rule.mode().equals("nearest"); // which torch does not align
    boolean aligned = !nearest && rule.coordinates().equals("align_corners");
    Interpolation.Corners corners =
        aligned ? Interpolation.Corners.ALIGNED : Interpolation.Corners.HALF_PIXEL;
    for (String mode : candidates(rule.mode(), spatial)) {
      Interpolation.Mode torchMode = Interpolation.Mode.of(mode);
      if (resized.stream().allMatch(a -> a.matches(rule, torchMode, corners))) {
        return graph.function(
            "torch.nn.functional.interpolate",
            List.of(x),
            Values.dict(
                "size",
                Values.tuple(size),
                "mode",
                mode,
                "align_corners",
                nearest ? None.NONE : (Object) aligned));
      }
    }
    return null;
  }

  private static List<String> candidates(String mode, int spatial) {
    return switch (mode) {
      case "nearest" -> List.of("nearest", "nearest-exact");
      case "linear" -> List.of(List.of("linear", "bilinear", "trilinear").get(spatial - 1));
      default -> spatial == 2 ? List.of("bicubic") : List.of();
    };
  }

  private static Value general(
      Value x, List<ResizeAxis> resized, ResizeRule rule, ImportGraph graph) {
    List<Object> scales = resized.stream().map(a -> (Object) (double) a.scale()).toList();
    List<Object> roi = new ArrayList<>();
    resized.forEach(a -> roi.add((double) a.from()));
    resized.forEach(a -> roi.add((double) a.to()));
    return graph.function(
        "octant.resize",
        List.of(x),
        Values.dict(
            "axes",
            Values.tuple(resized.stream().mapToInt(ResizeAxis::axis).toArray()),
            "size",
            Values.tuple(resized.stream().mapToInt(ResizeAxis::out).toArray()),
            "scales",
            new io.octant.graph.Tuple(scales),
            "mode",
            rule.mode(),
            "coordinates",
            rule.coordinates(),
            "nearest",
            rule.nearest(),
            "cubic_coeff_a",
            rule.cubicCoefficient(),
            "exclude_outside",
            rule.excludeOutside(),
            "antialias",
            rule.antialias(),
            "roi",
            new io.octant.graph.Tuple(roi),
            "extrapolation_value",
            rule.extrapolation()));
  }
}
