package io.octant.reference.kernel;

import io.octant.OctantException;

/**
 * How ONNX' operator Resize reads between elements, after its specification (operator sets 10 to
 * 19) and the coordinates of ONNX Runtime where that leaves them open.
 *
 * @param mode nearest, linear or cubic
 * @param coordinates {@code coordinate_transformation_mode}
 * @param nearest {@code nearest_mode}; {@code simple} is that of operator set 10: down when
 *     enlarging, up when shrinking
 * @param cubicCoefficient {@code cubic_coeff_a}
 * @param excludeOutside weights outside the input are 0 and the others scaled to sum 1; else the
 *     edge is repeated
 * @param antialias the kernel is stretched when shrinking
 * @param extrapolation what {@code tf_crop_and_resize} gives outside the input
 */
public record ResizeRule(
    String mode,
    String coordinates,
    String nearest,
    double cubicCoefficient,
    boolean excludeOutside,
    boolean antialias,
    double extrapolation) {
  public ResizeRule {
    require("mode", mode, "nearest", "linear", "cubic");
    require(
        "coordinate_transformation_mode",
        coordinates,
        "half_pixel",
        "half_pixel_symmetric",
        "pytorch_half_pixel",
        "align_corners",
        "asymmetric",
        "tf_half_pixel_for_nn",
        "tf_crop_and_resize");
    require(
        "nearest_mode",
        nearest,
        "round_prefer_floor",
        "round_prefer_ceil",
        "floor",
        "ceil",
        "simple");
    if (excludeOutside && !antialias && !mode.equals("cubic")) {
      throw new OctantException(
          "Cannot resize with exclude_outside: mode " + mode + ", expected cubic");
    }
    if (antialias && mode.equals("nearest")) {
      throw new OctantException(
          "Cannot resize with antialias: mode nearest, expected linear or cubic");
    }
  }

  private static void require(String what, String value, String... known) {
    if (!java.util.List.of(known).contains(value)) {
      throw new OctantException(
          "Cannot resize with "
              + what
              + ": "
              + value
              + ", expected one of "
              + java.util.List.of(known));
    }
  }

  boolean crops() {
    return coordinates.equals("tf_crop_and_resize");
  }
}
