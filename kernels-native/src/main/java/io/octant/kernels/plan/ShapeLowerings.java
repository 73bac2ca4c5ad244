package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Views: they cost nothing where memory allows, and one copy where it does not. */
final class ShapeLowerings {
  private ShapeLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define("reshape", site -> reshape(site, "shape"));
    table.define("view", site -> reshape(site, "shape"));
    table.define(
        "flatten",
        site ->
            flatten(
                site, site.settings().integer("start_dim"), site.settings().integer("end_dim")));
    table.define("permute", site -> permute(site, "dims"));
    table.define("transpose", site -> transpose(site, "dim0", "dim1"));
    table.define("swapaxes", site -> transpose(site, "axis0", "axis1"));
    table.define("unsqueeze", ShapeLowerings::unsqueeze);
    table.define("squeeze", ShapeLowerings::squeeze);
    table.define("expand", site -> expand(site, "size"));
    table.define("broadcast_to", site -> expand(site, "size"));
    table.define("contiguous", site -> site.input());
    table.define("detach", site -> site.input());
    table.define("size", ShapeLowerings::size);
    table.define("dim", site -> (long) site.input().rank());
    table.define("getattr", ShapeLowerings::attribute);
  }

  static Activation reshape(PlanBuilder plan, Activation x, long... to) {
    if (PlanBuilder.shape(to).numel() != x.shape().numel()) {
      throw new OctantException(
          "Cannot reshape "
              + x.shape()
              + ": to "
              + Arrays.toString(to)
              + ", expected as many elements");
    }
    Activation src = plan.resident(x);
    return src.layout()
        .reshape(to)
        .map(l -> plan.view(src, l))
        .orElseGet(
            () -> {
              Activation moved = plan.rowMajor(src);
              return plan.view(moved, moved.layout().reshape(to).orElseThrow());
            });
  }

  private static Activation reshape(Site site, String name) {
    long[] to = ConvolutionLowerings.longs(site.args().ints(name));
    long known = Arrays.stream(to).filter(d -> d >= 0).reduce(1, (a, b) -> a * b);
    for (int i = 0; i < to.length; i++) {
      if (to[i] < 0) {
        to[i] = known == 0 ? 0 : site.input().shape().numel() / known;
      }
    }
    return reshape(site.plan(), site.input(), to);
  }

  private static Activation flatten(Site site, int start, int end) {
    Activation x = site.input();
    if (x.rank() == 0) {
      return reshape(site.plan(), x, 1);
    }
    int from = x.shape().axis(start);
    int to = x.shape().axis(end);
    List<Long> dims = new ArrayList<>();
    long joined = 1;
    for (int i = 0; i < x.rank(); i++) {
      if (i < from || i > to) {
        dims.add((long) x.shape().dim(i));
      } else {
        joined *= x.shape().dim(i);
        if (i == to) {
          dims.add(joined);
        }
      }
    }
    return reshape(site.plan(), x, dims.stream().mapToLong(Long::longValue).toArray());
  }

  private static Activation permute(Site site, String name) {
    Activation x = site.plan().resident(site.input());
    int[] order = Arrays.stream(site.args().ints(name)).map(d -> x.shape().axis(d)).toArray();
    return site.plan().view(x, x.layout().permute(order));
  }

  private static Activation transpose(Site site, String first, String second) {
    Activation x = site.plan().resident(site.input());
    int a = x.shape().axis(site.args().integer(first));
    int b = x.shape().axis(site.args().integer(second));
    int[] order = IntStream.range(0, x.rank()).map(i -> i == a ? b : i == b ? a : i).toArray();
    return site.plan().view(x, x.layout().permute(order));
  }

  private static Activation unsqueeze(Site site) {
    Activation x = site.plan().resident(site.input());
    int dim = site.args().integer("dim");
    return site.plan().view(x, x.layout().with(dim < 0 ? dim + x.rank() + 1 : dim));
  }

  private static Activation squeeze(Site site) {
    Activation x = site.plan().resident(site.input());
    int[] axes =
        site.args().isNone("dim")
            ? IntStream.range(0, x.rank()).toArray()
            : Arrays.stream(site.args().ints("dim")).map(d -> x.shape().axis(d)).toArray();
    MemoryLayout layout = x.layout();
    for (int axis : Arrays.stream(axes).sorted().toArray()) {
      int at = axis - (x.rank() - layout.rank());
      if (layout.dim(at) == 1) {
        layout = layout.without(at);
      }
    }
    return site.plan().view(x, layout);
  }

  private static Activation expand(Site site, String name) {
    Activation x = site.plan().resident(site.input());
    long[] to = ConvolutionLowerings.longs(site.args().ints(name));
    int shift = to.length - x.rank();
    for (int i = 0; i < to.length; i++) {
      if (to[i] < 0) {
        to[i] = x.shape().dim(i - shift);
      }
    }
    return site.plan().view(x, x.layout().expand(to));
  }

  private static Object size(Site site) {
    Shape shape = site.input().shape();
    return site.args().isNone("dim")
        ? shape
        : (Object) (long) shape.dim(shape.axis(site.args().integer("dim")));
  }

  private static Object attribute(Site site) {
    Activation x = site.input();
    return switch (site.args().text("name")) {
      case "shape" -> x.shape();
      case "ndim" -> (long) x.rank();
      case "dtype" -> x.dtype();
      default ->
          throw new UnsupportedKernelException("reads attribute " + site.args().text("name"));
    };
  }
}
