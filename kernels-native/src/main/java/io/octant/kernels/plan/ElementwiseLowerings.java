package io.octant.kernels.plan;

import io.octant.graph.None;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Unary;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Set;

/**
 * Functions of one tensor, element by element. They join the kernel that makes their input; an
 * 8-bit input takes a table of the reference operator's results instead.
 */
final class ElementwiseLowerings {
  private static final String NN = "torch.nn.";
  private static final String F = "torch.nn.functional.";

  /** A oneDNN function with its parameters. */
  record Curve(String name, Unary unary, float alpha, float beta) {
    // In these oneDNN loses NaN or digits, which is put right from the kernel's own input.
    private static final Set<Unary> ALONE =
        Set.of(Unary.EXP, Unary.HARDSIGMOID, Unary.LOGISTIC, Unary.GELU_ERF, Unary.ELU);

    static Curve of(String name, Unary unary) {
      return new Curve(name, unary, 0, 0);
    }

    boolean joins(Pending kernel) {
      return Pending.isClamp(unary, alpha) || (kernel.isOpen() && !ALONE.contains(unary));
    }
  }

  private ElementwiseLowerings() {}

  static void register(LoweringTable.Builder table) {
    plain(table, Curve.of("relu", Unary.RELU), "input, inplace=False", F + "relu", NN + "ReLU");
    fixed(table, Curve.of("relu", Unary.RELU), "torch.relu", F + "relu_", ".relu", ".relu_");
    plain(
        table,
        new Curve("relu6", Unary.CLIP, 0, 6),
        "input, inplace=False",
        F + "relu6",
        NN + "ReLU6");
    plain(
        table,
        new Curve("hardswish", Unary.HARDSWISH, 1f / 6, 0.5f),
        "input, inplace=False",
        F + "hardswish",
        NN + "Hardswish");
    plain(
        table,
        new Curve("hardsigmoid", Unary.HARDSIGMOID, 1f / 6, 0.5f),
        "input, inplace=False",
        F + "hardsigmoid",
        NN + "Hardsigmoid");
    plain(
        table,
        new Curve("silu", Unary.SWISH, 1, 0),
        "input, inplace=False",
        F + "silu",
        NN + "SiLU");
    plain(table, Curve.of("mish", Unary.MISH), "input, inplace=False", F + "mish", NN + "Mish");
    plain(table, Curve.of("sigmoid", Unary.LOGISTIC), "input", "torch.sigmoid", NN + "Sigmoid");
    fixed(table, Curve.of("sigmoid", Unary.LOGISTIC), F + "sigmoid", ".sigmoid", ".sigmoid_");
    plain(table, Curve.of("tanh", Unary.TANH), "input", "torch.tanh", NN + "Tanh");
    fixed(table, Curve.of("tanh", Unary.TANH), F + "tanh", ".tanh", ".tanh_");
    fixed(table, Curve.of("exp", Unary.EXP), "torch.exp", ".exp");
    fixed(table, Curve.of("sqrt", Unary.SQRT), "torch.sqrt", ".sqrt");
    fixed(table, Curve.of("abs", Unary.ABS), "torch.abs", ".abs", "operator.abs");
    fixed(table, new Curve("neg", Unary.LINEAR, -1, 0), "torch.neg", ".neg", "operator.neg");
    parametric(table);
    bounded(table);
  }

  private static void parametric(LoweringTable.Builder table) {
    table.define("input, approximate='none'", site -> apply(site, gelu(site.args())), F + "gelu");
    table.module(site -> apply(site, gelu(site.settings())), NN + "GELU");
    table.define(
        "input, negative_slope=0.01, inplace=False",
        site -> apply(site, leaky(site.args())),
        F + "leaky_relu");
    table.module(site -> apply(site, leaky(site.settings())), NN + "LeakyReLU");
    table.define(
        "input, alpha=1.0, inplace=False", site -> apply(site, elu(site.args())), F + "elu");
    table.module(site -> apply(site, elu(site.settings())), NN + "ELU");
  }

  private static Curve gelu(NamedValues settings) {
    return Curve.of(
        "gelu", settings.text("approximate").equals("tanh") ? Unary.GELU_TANH : Unary.GELU_ERF);
  }

  private static Curve leaky(NamedValues settings) {
    return new Curve("leaky_relu", Unary.RELU, (float) settings.number("negative_slope"), 0);
  }

  private static Curve elu(NamedValues settings) {
    return new Curve("elu", Unary.ELU, (float) settings.number("alpha"), 0);
  }

  private static void bounded(LoweringTable.Builder table) {
    Lowering clamp = site -> apply(site, clip(site.args(), "min", "max"));
    table.define("input, min=None, max=None", clamp, "torch.clamp", ".clamp", ".clamp_");
    table.define("input, min=None, max=None", clamp, "torch.clip", ".clip");
    table.define(
        "input, min_val=-1.0, max_val=1.0, inplace=False",
        site -> apply(site, clip(site.args(), "min_val", "max_val")),
        F + "hardtanh");
    table.module(site -> apply(site, clip(site.settings(), "min_val", "max_val")), NN + "Hardtanh");
  }

  private static Curve clip(NamedValues args, String low, String high) {
    return new Curve(
        "clip",
        Unary.CLIP,
        bound(args, low, Float.NEGATIVE_INFINITY),
        bound(args, high, Float.POSITIVE_INFINITY));
  }

  private static float bound(NamedValues args, String name, float open) {
    return args.value(name) == None.NONE ? open : (float) args.number(name);
  }

  /** A function and a module that take nothing but the tensor. */
  private static void plain(
      LoweringTable.Builder table, Curve curve, String signature, String function, String module) {
    table.define(signature, site -> apply(site, curve), function);
    table.module(site -> apply(site, curve), module);
  }

  private static void fixed(LoweringTable.Builder table, Curve curve, String... names) {
    table.define("input", site -> apply(site, curve), names);
  }

  static Activation apply(Site site, Curve curve) {
    if (site.input().isQuantized()) {
      return LookUp.apply(site);
    }
    return apply(site, site.input(), curve);
  }

  /** Applies a curve to a float tensor, in the kernel that makes it if that is still to come. */
  static Activation apply(Site site, Activation x, Curve curve) {
    Site.require(x.isFloat(), "needs float32, not " + x.dtype());
    Pending pending = x.pending();
    if (pending != null && curve.joins(pending)) {
      pending.then(curve.name(), curve.unary(), curve.alpha(), curve.beta());
      return site.plan().join(site.call(), x);
    }
    Activation src = site.plan().dense(x);
    MemoryLayout flat = MemoryLayout.rowMajor(src.layout().type(), src.layout().elements());
    Pending kernel =
        new Pending(
            curve.name() + "_f32",
            flat,
            List.of(src),
            Attributes::new,
            attributes ->
                Kernels.eltwise(
                    curve.unary(), curve.alpha(), curve.beta(), flat, flat, attributes));
    Activation result =
        site.plan().defer(site.call(), kernel, DType.FLOAT32, src.layout().dense(), null);
    return curve.unary() == Unary.ELU ? site.plan().resident(result) : result;
  }
}
