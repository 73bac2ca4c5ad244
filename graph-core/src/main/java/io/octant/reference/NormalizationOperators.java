package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Normalization;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Functional normalizations. Running statistics are read, never written. */
final class NormalizationOperators {
  private static final String F = "torch.nn.functional.";

  private NormalizationOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05",
        NormalizationOperators::batchNorm,
        F + "batch_norm");
    ops.define(
        "input, normalized_shape, weight=None, bias=None, eps=1e-05",
        a ->
            Normalization.layerNorm(
                a.tensor("input"),
                Shape.of(a.ints("normalized_shape")),
                a.findTensor("weight"),
                a.findTensor("bias"),
                a.number("eps")),
        F + "layer_norm",
        "torch.layer_norm");
    ops.define(
        "input, num_groups, weight=None, bias=None, eps=1e-05",
        a ->
            Normalization.groupNorm(
                a.tensor("input"),
                a.integer("num_groups"),
                a.findTensor("weight"),
                a.findTensor("bias"),
                a.number("eps")),
        F + "group_norm",
        "torch.group_norm");
    ops.define(
        "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True,"
            + " momentum=0.1, eps=1e-05",
        NormalizationOperators::instanceNorm,
        F + "instance_norm");
    ops.define(
        "input, normalized_shape, weight=None, eps=None",
        a ->
            Normalization.rmsNorm(
                a.tensor("input"),
                Shape.of(a.ints("normalized_shape")),
                a.findTensor("weight"),
                a.isNone("eps") ? null : a.number("eps")),
        F + "rms_norm",
        "torch.rms_norm");
    ops.define(
        "input, size, alpha=0.0001, beta=0.75, k=1.0",
        a ->
            Normalization.localResponseNorm(
                a.tensor("input"),
                a.integer("size"),
                a.number("alpha"),
                a.number("beta"),
                a.number("k")),
        F + "local_response_norm");
    ops.define(
        "input, p=2.0, dim=1, eps=1e-12, out=None",
        NormalizationOperators::normalize,
        F + "normalize");
  }

  private static Object batchNorm(NamedValues args) {
    Tensor x = args.tensor("input");
    Normalization.Statistics statistics =
        args.flag("training") || args.isNone("running_mean")
            ? Normalization.batchStatistics(x)
            : running(args);
    return Normalization.batchNorm(
        x, statistics, args.findTensor("weight"), args.findTensor("bias"), args.number("eps"));
  }

  private static Normalization.Statistics running(NamedValues args) {
    return new Normalization.Statistics(
        Values.of(args.tensor("running_mean")), Values.of(args.tensor("running_var")), 0);
  }

  private static Object instanceNorm(NamedValues args) {
    Tensor x = args.tensor("input");
    @Nullable Tensor weight = args.findTensor("weight");
    @Nullable Tensor bias = args.findTensor("bias");
    return args.flag("use_input_stats")
        ? Normalization.groupNorm(x, x.shape().dim(1), weight, bias, args.number("eps"))
        : Normalization.batchNorm(x, running(args), weight, bias, args.number("eps"));
  }

  private static Object normalize(NamedValues args) {
    Tensor x = args.tensor("input");
    Tensor norm = Reductions.norm(x, args.number("p"), args.ints("dim"), Reductions.Axes.KEEP);
    double eps = args.number("eps");
    return Arithmetic.divide(x, Arithmetic.MAXIMUM.apply(norm, eps));
  }
}
