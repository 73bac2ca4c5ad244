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

  private NormalizationOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("batch_norm", NormalizationOperators::batchNorm);
    ops.define(
        "layer_norm",
        a ->
            Normalization.layerNorm(
                a.tensor("input"),
                Shape.of(a.ints("normalized_shape")),
                a.findTensor("weight"),
                a.findTensor("bias"),
                a.number("eps")));
    ops.define(
        "group_norm",
        a ->
            Normalization.groupNorm(
                a.tensor("input"),
                a.integer("num_groups"),
                a.findTensor("weight"),
                a.findTensor("bias"),
                a.number("eps")));
    ops.define("instance_norm", NormalizationOperators::instanceNorm);
    ops.define(
        "rms_norm",
        a ->
            Normalization.rmsNorm(
                a.tensor("input"),
                Shape.of(a.ints("normalized_shape")),
                a.findTensor("weight"),
                a.isNone("eps") ? null : a.number("eps")));
    ops.define(
        "local_response_norm",
        a ->
            Normalization.localResponseNorm(
                a.tensor("input"),
                a.integer("size"),
                a.number("alpha"),
                a.number("beta"),
                a.number("k")));
    ops.define("normalize", NormalizationOperators::normalize);
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
