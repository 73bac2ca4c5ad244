package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.ConvolutionGradient;
import io.octant.reference.kernel.Interpolation;
import io.octant.reference.kernel.Normalization;
import io.octant.reference.kernel.NormalizationGradient;
import io.octant.reference.kernel.PoolGeometry;
import io.octant.reference.kernel.Pooling;
import io.octant.reference.kernel.PoolingGradient;
import io.octant.reference.kernel.ProductGradient;
import io.octant.reference.kernel.Recurrence;
import io.octant.reference.kernel.RecurrentGradient;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/** Derivatives of layers: products, attention, convolutions, pools and normalizations. */
final class LayerGradientOperators {
  private LayerGradientOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "gradient.matmul", a -> ProductGradient.matmul(grad(a), input(a), a.tensor("other")));
    ops.define(
        "gradient.linear", a -> ProductGradient.linear(grad(a), input(a), a.tensor("weight")));
    ops.define("gradient.attention", LayerGradientOperators::attention);
    ops.define(
        "gradient.convolution",
        a ->
            ConvolutionGradient.convolution(
                grad(a),
                input(a),
                a.tensor("weight"),
                ConvolutionOperators.geometry(a, spatialAxes(a))));
    ops.define(
        "gradient.conv_transpose",
        a ->
            ConvolutionGradient.transposed(
                grad(a),
                input(a),
                a.tensor("weight"),
                ConvolutionOperators.transposedGeometry(a, spatialAxes(a))));
    ops.define("gradient.interpolate", LayerGradientOperators::interpolate);
    ops.define("gradient.recurrent", LayerGradientOperators::recurrent);
    pools(ops);
    normalizations(ops);
  }

  private static Tensor interpolate(NamedValues args) {
    Shape x = shape(args);
    InterpolationSettings to = InterpolationSettings.of(args, x);
    return Interpolation.gradient(grad(args), x, to.size(), to.scales(), to.mode(), to.corners());
  }

  private static Object recurrent(NamedValues args) {
    List<Tensor> weights = args.items("weights").stream().map(Tensor.class::cast).toList();
    return new RecurrentGradient(
            Recurrence.valueOf(args.text("mode")),
            weights,
            args.flag("biased"),
            args.integer("directions"),
            args.integer("batch_axis"))
        .of(
            input(args),
            args.findTensor("hidden"),
            args.findTensor("cell"),
            args.findTensor("grad"),
            args.findTensor("grad_hidden"),
            args.findTensor("grad_cell"));
  }

  private static void pools(OperatorSet.Builder ops) {
    ops.define(
        "gradient.max_pool",
        a -> PoolingGradient.max(grad(a), a.tensor("indices"), shape(a), a.integer("axes")));
    ops.define("gradient.avg_pool", LayerGradientOperators::averagePool);
    ops.define(
        "gradient.adaptive_avg_pool",
        a -> PoolingGradient.adaptiveAverage(grad(a), shape(a), a.integer("axes")));
  }

  private static void normalizations(OperatorSet.Builder ops) {
    ops.define("gradient.batch_norm", LayerGradientOperators::batchNorm);
    ops.define(
        "gradient.layer_norm",
        a ->
            NormalizationGradient.layerNorm(
                grad(a), input(a), normalized(a), a.findTensor("weight"), a.number("eps")));
    ops.define(
        "gradient.group_norm",
        a ->
            NormalizationGradient.groupNorm(
                grad(a),
                input(a),
                a.integer("num_groups", input(a).shape().dim(1)),
                a.findTensor("weight"),
                a.number("eps")));
    ops.define(
        "gradient.rms_norm",
        a ->
            NormalizationGradient.rmsNorm(
                grad(a),
                input(a),
                normalized(a),
                a.findTensor("weight"),
                a.isNone("eps") ? null : a.number("eps")));
  }

  private static Tensor grad(NamedValues args) {
    return args.tensor("grad");
  }

  private static Tensor input(NamedValues args) {
    return args.tensor("input");
  }

  private static Shape shape(NamedValues args) {
    return Shape.of(args.ints("shape"));
  }

  private static Shape normalized(NamedValues args) {
    return Shape.of(args.ints("normalized_shape"));
  }

  private static int spatialAxes(NamedValues args) {
    return args.tensor("weight").shape().rank() - 2;
  }

  private static Object attention(NamedValues args) {
    Tensor query = args.tensor("query");
    Tensor key = args.tensor("key");
    return ProductGradient.attention(
        grad(args),
        query,
        key,
        args.tensor("value"),
        MatrixOperators.mask(args, query, key),
        MatrixOperators.scale(args, query));
  }

  private static Tensor averagePool(NamedValues args) {
    int axes = args.integer("axes");
    PoolGeometry geometry =
        PoolingOperators.geometry(
            args, axes, args.ints("padding", axes), PoolingOperators.ones(axes));
    if (!args.isNone("divisor_override")) {
      return PoolingGradient.average(
          grad(args), shape(args), geometry, args.integer("divisor_override"));
    }
    return PoolingGradient.average(
        grad(args),
        shape(args),
        geometry,
        args.flag("count_include_pad")
            ? Pooling.Divisor.INCLUDE_PADDING
            : Pooling.Divisor.EXCLUDE_PADDING);
  }

  private static Object batchNorm(NamedValues args) {
    boolean ofBatch = args.flag("training") || args.isNone("running_mean");
    Normalization.Statistics running =
        ofBatch
            ? null
            : new Normalization.Statistics(
                Values.of(args.tensor("running_mean")), Values.of(args.tensor("running_var")), 0);
    return NormalizationGradient.batchNorm(
        grad(args), input(args), running, args.findTensor("weight"), args.number("eps"));
  }
}
