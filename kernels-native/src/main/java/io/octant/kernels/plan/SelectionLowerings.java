package io.octant.kernels.plan;

import io.octant.graph.Ellipsis;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of tensors as views, and tensors put together from parts. */
final class SelectionLowerings {
  private SelectionLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define("getitem", SelectionLowerings::item);
    table.define("narrow", SelectionLowerings::narrow);
    table.define("select", SelectionLowerings::select);
    table.define("chunk", SelectionLowerings::chunk);
    table.define("split", SelectionLowerings::split);
    table.define("unbind", SelectionLowerings::unbind);
    table.define("cat", site -> concatenate(site, "tensors"));
    table.define("quantized.cat", site -> concatenate(site, "qx"));
  }

  private static Object item(Site site) {
    Object container = site.args().value("a");
    Object index = site.args().value("b");
    if (!(container instanceof Activation)) {
      return itemOf(container, index);
    }
    PlanBuilder plan = site.plan();
    Activation x = plan.resident(site.input());
    List<?> parts = index instanceof Tuple t ? t.items() : List.of(index);
    return plan.view(x, index(x.layout(), parts));
  }

  private static Object itemOf(Object container, Object index) {
    if (index instanceof Long i) {
      List<?> items =
          container instanceof Tuple t
              ? t.items()
              : container instanceof List<?> list ? list : List.of();
      if (!items.isEmpty()) {
        return items.get(Math.toIntExact(i < 0 ? i + items.size() : i));
      }
    }
    throw new UnsupportedKernelException("takes " + index + " of " + container);
  }

  /** Python's basic indexing: integers, slices, None and one ellipsis. */
  private static MemoryLayout index(MemoryLayout layout, List<?> parts) {
    MemoryLayout out = layout;
    long consumed = parts.stream().filter(p -> p instanceof Long || p instanceof Slice).count();
    int axis = 0;
    for (Object part : parts) {
      if (part instanceof Long i) {
        out = out.select(axis, i < 0 ? i + out.dim(axis) : i);
      } else if (part instanceof Slice s) {
        out = slice(out, axis++, s);
      } else if (part == None.NONE) {
        out = out.with(axis++);
      } else if (part instanceof Ellipsis) {
        axis += Math.toIntExact(layout.rank() - consumed);
      } else {
        throw new UnsupportedKernelException("indexes by " + part);
      }
    }
    return out;
  }

  private static MemoryLayout slice(MemoryLayout layout, int axis, Slice s) {
    long n = layout.dim(axis);
    long start = bound(s.start(), 0, n);
    long stop = bound(s.stop(), n, n);
    long step = s.step() instanceof Long k ? k : 1;
    Site.require(step > 0, "steps backwards");
    return layout.narrow(axis, start, Math.max(-Math.floorDiv(start - stop, step), 0), step);
  }

  private static long bound(Object value, long open, long n) {
    if (value == None.NONE) {
      return open;
    }
    if (value instanceof Long i) {
      return Math.max(0, Math.min(n, i < 0 ? i + n : i));
    }
    throw new UnsupportedKernelException("slices by " + value);
  }

  private static Activation narrow(Site site) {
    Activation x = site.plan().resident(site.input());
    int axis = x.shape().axis(site.args().integer("dim"));
    long start = site.args().integer("start");
    return part(
        site.plan(),
        x,
        axis,
        start < 0 ? start + x.shape().dim(axis) : start,
        site.args().integer("length"));
  }

  private static Activation part(
      PlanBuilder plan, Activation x, int axis, long start, long length) {
    return plan.view(x, x.layout().narrow(axis, start, length, 1));
  }

  private static Activation select(Site site) {
    Activation x = site.plan().resident(site.input());
    int axis = x.shape().axis(site.args().integer("dim"));
    long index = site.args().integer("index");
    return site.plan()
        .view(x, x.layout().select(axis, index < 0 ? index + x.shape().dim(axis) : index));
  }

  private static Tuple chunk(Site site) {
    int axis = site.input().shape().axis(site.args().integer("dim"));
    int n = site.input().shape().dim(axis);
    return pieces(site, axis, -Math.floorDiv(-n, site.args().integer("chunks")));
  }

  private static Tuple split(Site site) {
    int axis = site.input().shape().axis(site.args().integer("dim"));
    if (site.args().value("split_size_or_sections") instanceof Long size) {
      return pieces(site, axis, Math.toIntExact(size));
    }
    Activation x = site.plan().resident(site.input());
    List<Object> out = new ArrayList<>();
    long start = 0;
    for (int length : site.args().ints("split_size_or_sections")) {
      out.add(part(site.plan(), x, axis, start, length));
      start += length;
    }
    return new Tuple(out);
  }

  private static Tuple pieces(Site site, int axis, int size) {
    Activation x = site.plan().resident(site.input());
    int n = x.shape().dim(axis);
    List<Object> out = new ArrayList<>();
    for (int start = 0; start < n; start += size) {
      out.add(part(site.plan(), x, axis, start, Math.min(size, n - start)));
    }
    return new Tuple(out);
  }

  private static Tuple unbind(Site site) {
    Activation x = site.plan().resident(site.input());
    int axis = x.shape().axis(site.args().integer("dim"));
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < x.shape().dim(axis); i++) {
      out.add(site.plan().view(x, x.layout().select(axis, i)));
    }
    return new Tuple(out);
  }

  /** Copies every part to its place; 8-bit parts take the scale of the first, or the given one. */
  private static Activation concatenate(Site site, String tensors) {
    PlanBuilder plan = site.plan();
    List<Activation> parts = new ArrayList<>();
    for (Object item : site.args().items(tensors)) {
      if (!(item instanceof Tensor t) || t.numel() > 0) {
        parts.add(plan.resident(item));
      }
    }
    Activation first = parts.get(0);
    DType dtype = first.dtype();
    Site.require(parts.stream().allMatch(p -> p.dtype() == dtype), "joins different dtypes");
    QParams qparams = qparams(site.args(), first);
    int axis = first.shape().axis(site.args().integer("dim"));
    long[] dims = first.dims();
    dims[axis] = parts.stream().mapToLong(p -> p.shape().dim(axis)).sum();
    Activation dst = plan.allocate(dtype, order(first, dims), qparams);
    long start = 0;
    for (Activation p : parts) {
      Activation src = qparams == null ? p : LookUp.joined(site, first, p, qparams);
      long length = src.shape().dim(axis);
      plan.copyInto(src, part(plan, dst, axis, start, length));
      start += length;
    }
    return dst;
  }

  private static @Nullable QParams qparams(NamedValues args, Activation first) {
    if (!first.isQuantized()) {
      Site.require(first.qparams() == null, "needs one scale");
      return null;
    }
    return !args.has("scale") || args.isNone("scale")
        ? first.qparams()
        : QParams.perTensor(args.number("scale"), args.integer("zero_point"));
  }

  /** Dense dims with the memory order of the first part. */
  private static MemoryLayout order(Activation first, long[] dims) {
    MemoryLayout channelsLast = MemoryLayout.channelsLast(first.layout().type(), first.dims());
    boolean last = first.rank() > 3 && first.layout().sameMemoryOrder(channelsLast);
    return last
        ? MemoryLayout.channelsLast(first.layout().type(), dims)
        : MemoryLayout.rowMajor(first.layout().type(), dims);
  }
}
