package io.octant.kernels.plan;

import io.octant.kernels.binding.AxisTaps;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.reference.InterpolationSettings;
import io.octant.reference.kernel.Interpolation;
import io.octant.reference.kernel.Interpolation.Mode;
import io.octant.reference.kernel.Taps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Images of other sizes: nearest elements are moved, others summed in double as the reference. */
final class ResizeLowerings {
  private ResizeLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define(
        "interpolate",
        site -> resize(site, InterpolationSettings.of(site.settings(), site.input().shape())));
  }

  private static Activation resize(Site site, InterpolationSettings to) {
    Activation x = site.input();
    Site.require(x.isFloat() || x.isQuantized(), "needs float32 or 8 bits");
    Site.require(to.mode() != Mode.AREA, "averages areas");
    List<Taps> axes =
        Interpolation.taps(x.shape(), to.size(), to.scales(), to.mode(), to.corners());
    return to.mode() == Mode.NEAREST || to.mode() == Mode.NEAREST_EXACT
        ? nearest(site.plan(), x, axes)
        : sums(site.plan(), x, axes, to.mode());
  }

  private static Activation nearest(PlanBuilder plan, Activation x, List<Taps> axes) {
    Activation src = plan.channelsLast(x);
    int[][] positions = new int[x.rank()][];
    for (int axis = 0; axis < positions.length; axis++) {
      positions[axis] =
          axis < 2
              ? IntStream.range(0, x.shape().dim(axis)).toArray()
              : Arrays.stream(axes.get(axis - 2).at()).mapToInt(at -> at[0]).toArray();
    }
    return MovingLowerings.take(plan, src, positions, 0);
  }

  private static Activation sums(PlanBuilder plan, Activation x, List<Taps> axes, Mode mode) {
    Site.require(axes.size() <= 2, "resizes three axes");
    Site.require(x.isFloat() || mode == Mode.LINEAR, "overshoots the range of 8 bits");
    Activation src = plan.channelsLast(x);
    MemoryLayout image = axes.size() == 2 ? src.layout() : src.layout().with(2);
    AxisTaps rows = axes.size() == 2 ? taps(axes.get(0)) : AxisTaps.single();
    AxisTaps columns = taps(axes.get(axes.size() - 1));
    long[] dims = x.dims();
    for (int i = 0; i < axes.size(); i++) {
      dims[i + 2] = axes.get(i).size();
    }
    MemoryLayout dst = MemoryLayout.channelsLast(src.layout().type(), dims);
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    int zeroPoint = src.isQuantized() ? src.affine().zeroPoint() : 0;
    plan.emit(
        "resize_" + dst.type(),
        () -> Kernels.resample(image, rows, columns, zeroPoint, Kernels.FASTEST),
        plan.memory(src),
        plan.memory(result));
    return result;
  }

  private static AxisTaps taps(Taps taps) {
    return new AxisTaps(taps.at(), taps.weight());
  }
}
