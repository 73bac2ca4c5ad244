package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Softmax, layer normalization, and what does nothing when not training. */
final class NormalizationLowerings {
  private NormalizationLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define(
        "input, dim=None, _stacklevel=3, dtype=None",
        site -> softmax(site, site.args().integer("dim", -1)),
        "torch.nn.functional.softmax");
    table.define(
        "input, dim, dtype=None",
        site -> softmax(site, site.args().integer("dim")),
        "torch.softmax",
        ".softmax");
    table.module(site -> softmax(site, site.settings().integer("dim", -1)), "torch.nn.Softmax");
    table.define(
        "input, normalized_shape, weight=None, bias=None, eps=1e-05, cudnn_enable=True",
        site ->
            layerNorm(
                site,
                site.args().ints("normalized_shape"),
                site.findConstant("weight"),
                site.findConstant("bias"),
                site.args().number("eps")),
        "torch.nn.functional.layer_norm",
        "torch.layer_norm");
    table.module(NormalizationLowerings::layerNorm, "torch.nn.LayerNorm");
    table.module(
        site -> site.input(),
        "torch.nn.Identity",
        "torch.nn.Dropout",
        "torch.nn.Dropout1d",
        "torch.nn.Dropout2d",
        "torch.nn.Dropout3d");
    table.define(
        "input, p=0.5, training=True, inplace=False",
        site -> {
          Site.require(!site.args().flag("training"), "drops values");
          return site.input();
        },
        "torch.nn.functional.dropout",
        "torch.dropout");
  }

  private static Activation softmax(Site site, int dim) {
    Site.require(site.input().isFloat(), "needs float32");
    Site.require(!site.args().has("dtype") || site.args().isNone("dtype"), "changes the dtype");
    int axis = site.input().shape().axis(dim);
    Activation src = site.plan().dense(site.input());
    Activation dst = site.plan().allocate(src.layout().dense());
    site.plan()
        .emit(
            "softmax_f32",
            () -> Kernels.softmax(src.layout(), dst.layout(), axis),
            site.plan().memory(src),
            site.plan().memory(dst));
    return dst;
  }

  private static Activation layerNorm(Site site) {
    Module module = site.module();
    return layerNorm(
        site,
        site.settings().ints("normalized_shape"),
        module.findTensor("weight"),
        module.findTensor("bias"),
        site.settings().number("eps"));
  }

  private static Activation layerNorm(
      Site site, int[] axes, @Nullable Tensor scale, @Nullable Tensor shift, double epsilon) {
    Site.require(site.input().isFloat(), "needs float32");
    long features = 1;
    for (int n : axes) {
      features *= n;
    }
    PlanBuilder plan = site.plan();
    Activation src = plan.rowMajor(site.input());
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
}
