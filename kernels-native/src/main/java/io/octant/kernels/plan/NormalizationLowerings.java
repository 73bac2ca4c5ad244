package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Softmax, layer normalization, and what does nothing when not training. */
final class NormalizationLowerings {
  private NormalizationLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define(
        "softmax", site -> softmax(site, site.settings().integer("dim", implicitAxis(site))));
    table.functions(
        "layer_norm",
        site ->
            layerNorm(
                site.plan(),
                site.input(),
                site.args().ints("normalized_shape"),
                site.findConstant("weight"),
                site.findConstant("bias"),
                site.args().number("eps")));
    table.module(site -> layerNorm(site.plan(), site.input(), site.module()), "torch.nn.LayerNorm");
    table.define("local_response_norm", site -> responseNorm(site, site.settings()));
    table.module(
        site -> site.input(),
        "torch.nn.Identity",
        "torch.nn.Dropout",
        "torch.nn.Dropout1d",
        "torch.nn.Dropout2d",
        "torch.nn.Dropout3d");
    table.functions(
        "dropout",
        site -> {
          Site.require(!site.args().flag("training"), "drops values");
          return site.input();
        });
  }

  private static int implicitAxis(Site site) {
    return Softmax.implicitAxis(site.input().shape().rank());
  }

  private static Activation softmax(Site site, int dim) {
    Site.require(!site.args().has("dtype") || site.args().isNone("dtype"), "changes the dtype");
    return softmax(site.plan(), site.input(), dim);
  }

  static Activation softmax(PlanBuilder plan, Activation x, int dim) {
    Site.require(x.isFloat(), "needs float32");
    int axis = x.shape().axis(dim);
    Activation src = plan.dense(x);
    Activation dst = plan.allocate(src.layout().dense());
    plan.emit(
        "softmax_f32",
        () -> Kernels.softmax(src.layout(), dst.layout(), axis),
        plan.memory(src),
        plan.memory(dst));
    return dst;
  }

  static Activation layerNorm(PlanBuilder plan, Activation x, Module module) {
    NamedValues settings = Site.settings(module);
    return layerNorm(
        plan,
        x,
        settings.ints("normalized_shape"),
        module.findTensor("weight"),
        module.findTensor("bias"),
        settings.number("eps"));
  }

  private static Activation layerNorm(
      PlanBuilder plan,
      Activation x,
      int[] axes,
      @Nullable Tensor scale,
      @Nullable Tensor shift,
      double epsilon) {
    Site.require(x.isFloat(), "needs float32");
    long features = 1;
    for (int n : axes) {
      features *= n;
    }
    Activation src = plan.rowMajor(x);
    MemoryLayout rows =
        src.layout().reshape(src.layout().elements() / features, features).orElseThrow();
    Activation dst = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, src.dims()));
    plan.emit(
        "layer_norm_f32",
        () ->
            Kernels.layerNorm(
                rows,
                rows,
                scale == null ? null : scale.floats(),
                shift == null ? null : shift.floats(),
                (float) epsilon),
        plan.memory(src),
        plan.memory(dst));
    return dst;
  }

  private static Activation responseNorm(Site site, NamedValues settings) {
    PlanBuilder plan = site.plan();
    Activation x = plan.channelsLast(site.input());
    Site.require(x.isFloat() && x.rank() >= 3, "needs float32 with channels");
    long channels = x.layout().dim(1);
    Activation dst = plan.allocate(x.layout().dense());
    plan.emit(
        "local_response_norm_f32",
        () ->
            Kernels.responseNorm(
                channels == 0 ? 0 : x.layout().elements() / channels,
                channels,
                settings.integer("size"),
                settings.number("alpha"),
                settings.number("beta"),
                settings.number("k"),
                Kernels.FASTEST),
        plan.memory(x),
        plan.memory(dst));
    return dst;
  }
}
