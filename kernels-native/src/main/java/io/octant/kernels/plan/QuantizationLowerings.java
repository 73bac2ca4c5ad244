package io.octant.kernels.plan;

import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;

/** Between float32 and 8 bits with one scale a tensor. */
final class QuantizationLowerings {
  private QuantizationLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define(
        "quantize_per_tensor",
        site ->
            quantize(
                site.plan(),
                site.input(),
                site.args().dtype("dtype"),
                QParams.perTensor(site.args().number("scale"), site.args().integer("zero_point"))));
    table.define("dequantize", site -> dequantize(site.plan(), site.input()));
  }

  static Activation quantize(PlanBuilder plan, Activation x, DType dtype, QParams qparams) {
    Site.require(x.isFloat(), "needs float32, not " + x.dtype());
    Activation src = plan.dense(x);
    Activation dst = plan.allocate(dtype, src.layout().withType(elementType(dtype)), qparams);
    plan.emit(
        "quantize_" + (dtype == DType.QUINT8 ? "u8" : "s8"),
        () -> Kernels.quantize(src.layout().elements(), dst.affine(), Kernels.FASTEST),
        plan.memory(src),
        plan.memory(dst));
    return dst;
  }

  static Activation dequantize(PlanBuilder plan, Activation x) {
    if (x.isFloat()) {
      return x;
    }
    Site.require(x.isQuantized(), "needs an 8-bit tensor with one scale");
    Activation src = plan.dense(x);
    MemoryLayout layout = src.layout().withType(ElementType.F32);
    Activation dst = plan.allocate(layout);
    plan.emit(
        "dequantize_" + (x.dtype() == DType.QUINT8 ? "u8" : "s8"),
        () -> Kernels.dequantize(layout.elements(), src.affine(), Kernels.FASTEST),
        plan.memory(src),
        plan.memory(dst));
    plan.dequantized(dst, x);
    return dst;
  }

  private static ElementType elementType(DType dtype) {
    Site.require(dtype == DType.QUINT8 || dtype == DType.QINT8, "no native kernel makes " + dtype);
    return dtype == DType.QUINT8 ? ElementType.U8 : ElementType.S8;
  }
}
