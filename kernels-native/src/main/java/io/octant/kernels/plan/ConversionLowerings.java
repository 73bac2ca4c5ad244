package io.octant.kernels.plan;

import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.List;

/** Tensors in another plain type. */
final class ConversionLowerings {
  private ConversionLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define("to", ConversionLowerings::to);
    table.define("type", site -> convert(site, site.args().dtype("dtype")));
    table.define("float", site -> convert(site, DType.FLOAT32));
    table.define("long", site -> convert(site, DType.INT64));
    table.define("int", site -> convert(site, DType.INT32));
    table.define("char", site -> convert(site, DType.INT8));
    table.define("byte", site -> convert(site, DType.UINT8));
    table.define("bool", site -> convert(site, DType.BOOL));
    table.define("cpu", Site::input);
  }

  private static Activation to(Site site) {
    if (!site.args().isNone("dtype")) {
      return convert(site, site.args().dtype("dtype"));
    }
    for (Object arg : site.args().items("args")) {
      if (arg instanceof DType d) {
        return convert(site, d);
      }
      if (arg instanceof Tensor t) {
        return convert(site, t.dtype());
      }
      if (arg instanceof Activation a) {
        return convert(site, a.dtype());
      }
    }
    return site.input();
  }

  private static Activation convert(Site site, DType to) {
    return convert(site.plan(), site.input(), to);
  }

  static Activation convert(PlanBuilder plan, Activation x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    Site.require(
        List.of(x.dtype(), to).stream().allMatch(ConversionLowerings::isPlain),
        "converts " + x.dtype() + " to " + to);
    ElementType type = Activation.elementType(to);
    if (type == null) {
      throw new UnsupportedKernelException("no native kernel makes " + to);
    }
    Activation src = plan.dense(x);
    MemoryLayout layout = src.layout().withType(type);
    Activation dst = plan.allocate(to, layout, null);
    plan.emit(
        "convert_" + src.layout().type() + "_" + type,
        () ->
            to == DType.BOOL
                ? Kernels.truth(src.layout().type(), layout.elements())
                : Kernels.convert(src.layout().type(), type, layout.elements()),
        plan.memory(src),
        plan.memory(dst));
    if (to == DType.INT32) {
      plan.within(dst, IntegerRange.of(x.dtype()));
    }
    return dst;
  }

  private static boolean isPlain(DType dtype) {
    return !dtype.isQuantized() && Activation.elementType(dtype) != null;
  }
}
