package io.octant.kernels.plan;

import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Pooling;
import io.octant.kernels.binding.QuantizedPool;
import io.octant.kernels.binding.Reduction;
import io.octant.kernels.binding.Window;
import io.octant.reference.binding.NamedValues;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Means and sums over axes; the mean over the places of an image is an average pool. */
final class ReductionLowerings {
  private ReductionLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define("mean", site -> lower(site, Reduction.MEAN));
    table.define("sum", site -> lower(site, Reduction.SUM));
  }

  private static Activation lower(Site site, Reduction kind) {
    NamedValues args = site.args();
    Site.require(args.isNone("dtype"), "changes the dtype");
    Activation x = site.input();
    int[] axes =
        args.isNone("dim")
            ? IntStream.range(0, x.rank()).toArray()
            : Arrays.stream(args.ints("dim")).map(d -> x.shape().axis(d)).sorted().toArray();
    boolean places = x.rank() == 4 && Arrays.equals(axes, new int[] {2, 3});
    Activation kept =
        places && kind == Reduction.MEAN ? averagePlaces(site, x) : reduce(site, kind, x, axes);
    return args.flag("keepdim") ? kept : without(site.plan(), kept, axes);
  }

  private static Activation without(PlanBuilder plan, Activation x, int[] axes) {
    MemoryLayout layout = x.layout();
    for (int i = axes.length - 1; i >= 0; i--) {
      layout = layout.without(axes[i]);
    }
    return plan.view(x, layout);
  }

  private static Activation averagePlaces(Site site, Activation x) {
    PlanBuilder plan = site.plan();
    Activation src = plan.channelsLast(x);
    Window window = Window.global(src.layout().dim(2), src.layout().dim(3));
    MemoryLayout dst =
        MemoryLayout.channelsLast(
            src.layout().type(), src.layout().dim(0), src.layout().dim(1), 1, 1);
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    if (src.isQuantized()) {
      QuantizedPool pool =
          new QuantizedPool(
              src.layout(),
              dst,
              src.affine().zeroPoint(),
              window,
              QuantizedPool.Padding.NOT_COUNTED);
      plan.emit(
          "mean_8bit",
          () -> Kernels.averagePool(pool, Kernels.FASTEST),
          plan.memory(src),
          plan.memory(result));
      return result;
    }
    Site.require(src.isFloat(), "needs float32");
    plan.emit(
        "mean_f32",
        () -> {
          try (Attributes none = new Attributes()) {
            return Kernels.pooling(
                Pooling.AVERAGE_EXCLUDE_PADDING, src.layout(), dst, window, none);
          }
        },
        plan.memory(src),
        plan.memory(result));
    return result;
  }

  private static Activation reduce(Site site, Reduction kind, Activation x, int[] axes) {
    Site.require(x.isFloat(), "needs float32");
    PlanBuilder plan = site.plan();
    Activation src = plan.rowMajor(x);
    long[] dims = src.dims();
    for (int axis : axes) {
      dims[axis] = 1;
    }
    if (Arrays.equals(dims, src.dims())) {
      return src;
    }
    Activation dst = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, dims));
    plan.emit(
        (kind == Reduction.MEAN ? "mean" : "sum") + "_f32",
        () -> Kernels.reduction(kind, src.layout(), dst.layout()),
        plan.memory(src),
        plan.memory(dst));
    return dst;
  }
}
