package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Interpolation;
import io.octant.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code F.interpolate} or an upsampling module is asked for.
 *
 * @param size of each spatial axis
 * @param scales factors by which positions are scaled, null where the ratio of sizes does
 */
@SuppressWarnings("ArrayRecordComponent")
public record InterpolationSettings(
    int[] size,
    double @Nullable [] scales,
    Interpolation.Mode mode,
    Interpolation.Corners corners) {

  /** Reads the arguments of the function, or the settings of the module. */
  public static InterpolationSettings of(NamedValues args, Shape input) {
    if (args.has("antialias") && args.flag("antialias")) {
      throw args.wrong("antialias", "False");
    }
    int axes = input.rank() - 2;
    boolean bySize = !args.isNone("size");
    double[] scales = bySize ? new double[axes] : scales(args, axes);
    int[] size = bySize ? args.ints("size", axes) : Interpolation.scaledSize(input, scales);
    boolean recompute = isSet(args, "recompute_scale_factor");
    return new InterpolationSettings(
        size,
        bySize || recompute ? null : scales,
        Interpolation.Mode.of(args.text("mode")),
        isSet(args, "align_corners")
            ? Interpolation.Corners.ALIGNED
            : Interpolation.Corners.HALF_PIXEL);
  }

  private static boolean isSet(NamedValues args, String name) {
    return args.has(name) && !args.isNone(name) && args.flag(name);
  }

  private static double[] scales(NamedValues args, int axes) {
    double[] out = new double[axes];
    if (args.value("scale_factor") instanceof Number n) {
      Arrays.fill(out, n.doubleValue());
      return out;
    }
    List<?> items = args.items("scale_factor");
    for (int i = 0; i < axes; i++) {
      out[i] = ((Number) items.get(items.size() == 1 ? 0 : i)).doubleValue();
    }
    return out;
  }
}
