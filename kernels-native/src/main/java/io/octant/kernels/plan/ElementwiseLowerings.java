package io.octant.kernels.plan;

import io.octant.graph.None;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Unary;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Functions of one tensor, element by element. They join the kernel that makes their input; an
 * 8-bit input takes a table of the reference operator's results instead.
 */
final class ElementwiseLowerings {
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
    define(table, Curve.of("relu", Unary.RELU));
    define(table, new Curve("relu6", Unary.CLIP, 0, 6));
    define(table, new Curve("hardswish", Unary.HARDSWISH, 1f / 6, 0.5f));
    define(table, new Curve("hardsigmoid", Unary.HARDSIGMOID, 1f / 6, 0.5f));
    define(table, new Curve("silu", Unary.SWISH, 1, 0));
    define(table, Curve.of("mish", Unary.MISH));
    define(table, Curve.of("sigmoid", Unary.LOGISTIC));
    define(table, Curve.of("tanh", Unary.TANH));
    define(table, Curve.of("exp", Unary.EXP));
    define(table, Curve.of("sqrt", Unary.SQRT));
    define(table, Curve.of("abs", Unary.ABS));
    define(table, new Curve("neg", Unary.LINEAR, -1, 0));
    define(table, "gelu", ElementwiseLowerings::gelu);
    define(table, "leaky_relu", ElementwiseLowerings::leaky);
    define(table, "elu", ElementwiseLowerings::elu);
    define(table, "clamp", settings -> clip(settings, "min", "max"));
    define(table, "hardtanh", settings -> clip(settings, "min_val", "max_val"));
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

  private static Curve clip(NamedValues args, String low, String high) {
    float most = bound(args, high, Float.POSITIVE_INFINITY);
    float least = bound(args, low, Float.NEGATIVE_INFINITY);
    return new Curve("clip", Unary.CLIP, Math.min(least, most), most); // the upper bound wins
  }

  private static float bound(NamedValues args, String name, float open) {
    return args.value(name) == None.NONE ? open : (float) args.number(name);
  }

  /** An operator of the curve's name that takes nothing but the tensor. */
  private static void define(LoweringTable.Builder table, Curve curve) {
    define(table, curve.name(), settings -> curve);
  }

  /** An operator, and its quantized forms as look-up tables of the reference operator. */
  private static void define(
      LoweringTable.Builder table, String name, Function<NamedValues, Curve> curve) {
    table.define(name, site -> apply(site, curve.apply(site.settings())));
    OperatorRow row = Operators.standard().row(name);
    row.quantized().twins().values().stream()
        .map(twin -> Operators.standard().findCall(twin))
        .filter(Objects::nonNull)
        .forEach(twin -> table.define(twin.name(), LookUp::apply));
    row.modules().stream()
        .filter(type -> row.quantized().modules().contains("torch.nn." + type))
        .forEach(type -> table.module(LookUp::apply, "torch.ao.nn.quantized." + type));
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
