package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Resize and Upsample, as far as {@code torch.nn.functional.interpolate} computes the same: nearest
 * by whole factors, linear with half-pixel centres or aligned corners.
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
    return new OperatorFamily("")
        .add("Resize", 10, 2, 4, RESIZE, ResizeImports::resize)
        .add("Upsample", 7, 1, 2, Set.of("mode", "scales"), ResizeImports::upsample)
        .rows();
  }

  private static Value resize(OnnxNode node, Inputs in, ImportGraph graph) {
    for (String unsupported : List.of("axes", "antialias", "exclude_outside")) {
      if (node.has(unsupported) && (unsupported.equals("axes") || node.flag(unsupported, false))) {
        throw node.error("attribute " + unsupported + " is not supported");
      }
    }
    Value x = in.get(0);
    boolean old = node.opset() < 11; // version 10 takes scales alone and samples asymmetrically
    int scales = old ? 1 : 2;
    int[] size = new int[x.rank()];
    boolean whole = true;
    boolean bySize = in.has(3);
    List<Value> sizes = bySize ? graph.elements(in.get(3), "the sizes") : List.of();
    Tensor factors = bySize ? Tensor.of(new float[0], 0) : in.constant(scales);
    for (int i = 2; i < x.rank(); i++) {
      int from = x.fixedDim(i);
      if (bySize) {
        size[i] = (int) (long) (Long) sizes.get(i).at(false);
      } else {
        double exact = from * factors.doubleAt(i);
        size[i] = (int) Math.floor(exact);
        if (size[i] != exact) {
          throw node.error(
              "scale "
                  + factors.doubleAt(i)
                  + " of axis "
                  + i
                  + " with "
                  + from
                  + " elements, expected a whole number of elements");
        }
      }
      whole &= size[i] % from == 0;
    }
    String transform =
        old ? "asymmetric" : node.string("coordinate_transformation_mode", "half_pixel");
    return interpolate(node, x, size, whole, node.string("mode", "nearest"), transform, graph);
  }

  private static Value upsample(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int[] size = new int[x.rank()];
    boolean whole = true;
    for (int i = 2; i < x.rank(); i++) {
      double scale =
          in.has(1)
              ? in.constant(1).doubleAt(i)
              : java.util.Objects.requireNonNull(node.raw("scales")).getFloats(i);
      size[i] = (int) Math.floor(x.fixedDim(i) * scale);
      whole &= size[i] % x.fixedDim(i) == 0;
    }
    String mode = node.string("mode", "nearest");
    return interpolate(node, x, size, whole, mode, "asymmetric", graph);
  }

  private static Value interpolate(
      OnnxNode node,
      Value x,
      int[] size,
      boolean whole,
      String mode,
      String transform,
      ImportGraph graph) {
    boolean aligned = transform.equals("align_corners");
    boolean centred = transform.equals("half_pixel") || transform.equals("pytorch_half_pixel");
    boolean floors =
        transform.equals("asymmetric") && node.string("nearest_mode", "floor").equals("floor");
    // By a whole factor every rounding of half-pixel coordinates picks the element below.
    boolean nearest =
        mode.equals("nearest")
            && (floors || (whole && (centred || transform.equals("asymmetric"))));
    boolean linear = mode.equals("linear") && (aligned || centred);
    int spatial = x.rank() - 2;
    if (!(nearest || linear) || spatial < 1 || spatial > 3) {
      throw node.error(
          "mode "
              + mode
              + " with "
              + transform
              + ", expected nearest by whole factors, or linear with half_pixel or align_corners");
    }
    int[] target = java.util.Arrays.copyOfRange(size, 2, size.length);
    String torchMode =
        nearest ? "nearest" : List.of("linear", "bilinear", "trilinear").get(spatial - 1);
    return graph.function(
        "torch.nn.functional.interpolate",
        List.of(x),
        Values.dict(
            "size",
            Values.tuple(target),
            "mode",
            torchMode,
            "align_corners",
            nearest ? None.NONE : (Object) aligned));
  }
}
