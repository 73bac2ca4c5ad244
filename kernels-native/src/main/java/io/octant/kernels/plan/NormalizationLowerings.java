package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Softmax, normalization by a sample's own statistics, and what does nothing when not training. */
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
    table.functions(
        "rms_norm",
        site ->
            rmsNorm(
                site.plan(),
                site.input(),
                site.args().ints("normalized_shape"),
                site.findConstant("weight"),
                site.args()));
    table.module(site -> rmsNorm(site.plan(), site.input(), site.module()), "torch.nn.RMSNorm");
    table.define("local_response_norm", site -> responseNorm(site, site.settings()));
    table.module(site -> groupNorm(site, site.input(), site.module()), "torch.nn.GroupNorm");
    for (int rank = 1; rank <= 3; rank++) {
      table.module(
          site -> groupNorm(site, site.input(), site.module()),
          "torch.nn.InstanceNorm" + rank + "d");
    }
    table.functions(
        "group_norm",
        site ->
            groupNorm(
                site,
                site.input(),
                site.args().integer("num_groups"),
                site.findConstant("weight"),
                site.findConstant("bias"),
                site.args().number("eps")));
    table.functions(
        "instance_norm",
        site -> {
          Site.require(site.args().flag("use_input_stats"), "normalizes by running statistics");
          return groupNorm(
              site,
              site.input(),
              0,
              site.findConstant("weight"),
              site.findConstant("bias"),
              site.args().number("eps"));
        });
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
    Activation src = plan.rowMajor(x);
    MemoryLayout rows = rows(src, axes);
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

  /** A matrix with a row for all that is normalized together. */
  private static MemoryLayout rows(Activation rowMajor, int[] axes) {
    long features = 1;
    for (int n : axes) {
      features *= n;
    }
    return rowMajor
        .layout()
        .reshape(rowMajor.layout().elements() / features, features)
        .orElseThrow();
  }

  private static Activation rmsNorm(PlanBuilder plan, Activation x, Module module) {
    NamedValues settings = Site.settings(module);
    return rmsNorm(
        plan, x, settings.ints("normalized_shape"), module.findTensor("weight"), settings);
  }

  private static Activation rmsNorm(
      PlanBuilder plan, Activation x, int[] axes, @Nullable Tensor scale, NamedValues settings) {
    Site.require(x.isFloat(), "needs float32");
    float epsilon =
        settings.has("eps") && !settings.isNone("eps")
            ? (float) settings.number("eps")
            : Math.ulp(1f);
    Activation src = plan.rowMajor(x);
    MemoryLayout rows = rows(src, axes);
    Activation dst = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, src.dims()));
    plan.emit(
        "rms_norm_f32",
        () -> Kernels.rmsNorm(rows, rows, scale == null ? null : scale.floats(), epsilon),
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

  /** A GroupNorm, or an InstanceNorm, which has a group for each channel. */
  static Activation groupNorm(Site site, Activation x, Module module) {
    Site.require(module.findTensor("running_mean") == null, "normalizes by running statistics");
    NamedValues settings = Site.settings(module);
    return groupNorm(
        site,
        x,
        settings.has("num_groups") ? settings.integer("num_groups") : 0,
        module.findTensor("weight"),
        module.findTensor("bias"),
        settings.number("eps"));
  }

  /**
   * Layer normalization of what a group has, then a factor and a shift for each channel.
   *
   * @param groups 0 for one of each channel
   */
  private static Activation groupNorm(
      Site site,
      Activation x,
      int groups,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double epsilon) {
    Site.require(x.isFloat() && x.rank() >= 2, "needs float32 with channels");
    PlanBuilder plan = site.plan();
    int channels = x.shape().dim(1);
    Activation src = plan.rowMajor(x);
    long rows = (long) x.shape().dim(0) * (groups == 0 ? channels : groups);
    Site.require(
        channels > 0 && (groups == 0 || channels % groups == 0), "groups do not divide channels");
    MemoryLayout each = src.layout().reshape(rows, src.layout().elements() / rows).orElseThrow();
    Activation dst = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, src.dims()));
    plan.emit(
        "group_norm_f32",
        () -> Kernels.layerNorm(each, each, null, null, (float) epsilon),
        plan.memory(src),
        plan.memory(dst));
    if (weight == null && bias == null) {
      return dst;
    }
    Tensor factor = weight == null ? filled(channels, 1) : weight;
    Tensor shift = bias == null ? filled(channels, 0) : bias;
    return BatchNormLowerings.apply(site, dst, new BatchNormLowerings.Coefficients(factor, shift));
  }

  private static Tensor filled(int channels, float value) {
    float[] out = new float[channels];
    Arrays.fill(out, value);
    return Tensor.of(out, channels);
  }
}
