package io.octant.reference;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.PartialDerivatives;
import io.octant.reference.kernel.ProductGradient;
import io.octant.reference.kernel.ReductionGradient;
import io.octant.reference.kernel.Slopes;
import io.octant.reference.kernel.Softmax;
import io.octant.reference.kernel.Spreading;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Derivatives of element by element functions, movements, reductions and fake quantization. */
final class GradientOperators {
  private GradientOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("gradient.pointwise", GradientOperators::pointwise);
    ops.define(
        "gradient.pairwise",
        a ->
            PartialDerivatives.gradients(
                a.tensor("grad"), a.value("input"), a.value("other"), a.text("function")));
    ops.define("gradient.sum_to", a -> Spreading.sumTo(a.tensor("grad"), shape(a)));
    ops.define("gradient.spread", GradientOperators::spread);
    ops.define("gradient.positions", a -> Spreading.positions(shape(a)));
    ops.define(
        "gradient.scatter",
        a -> Spreading.scatter(a.tensor("grad"), a.tensor("positions"), shape(a)));
    ops.define("gradient.join", GradientOperators::join);
    ops.define("gradient.cumsum", a -> ReductionGradient.cumsum(grad(a), a.integer("dim")));
    ops.define("gradient.prelu", a -> ProductGradient.prelu(grad(a), a.tensor("input"), weight(a)));
    ops.define(
        "gradient.softmax",
        a -> ReductionGradient.softmax(grad(a), a.tensor("result"), softmaxAxis(a)));
    ops.define(
        "gradient.log_softmax",
        a -> ReductionGradient.logSoftmax(grad(a), a.tensor("result"), softmaxAxis(a)));
    reductions(ops);
    ops.define("gradient.fake_quantize", GradientOperators::fakeQuantize);
    ops.define("gradient.learnable_fake_quantize", GradientOperators::learnable);
  }

  private static void reductions(OperatorSet.Builder ops) {
    ops.define(
        "gradient.extremum",
        a ->
            ReductionGradient.extremum(
                grad(a), a.tensor("input"), a.tensor("result"), ReductionOperators.over(a)));
    ops.define("gradient.variance", GradientOperators::variance);
    ops.define(
        "gradient.norm",
        a ->
            ReductionGradient.norm(
                grad(a),
                a.tensor("input"),
                a.tensor("result"),
                ReductionOperators.order(a),
                ReductionOperators.over(a)));
  }

  private static Tensor grad(NamedValues args) {
    return args.tensor("grad");
  }

  private static Tensor weight(NamedValues args) {
    return args.tensor("weight");
  }

  private static Shape shape(NamedValues args) {
    return Shape.of(args.ints("shape"));
  }

  private static Tensor pointwise(NamedValues args) {
    Slopes.Slope slope = Slopes.of(args.text("function"));
    double a = args.number("a");
    double b = args.number("b");
    return Elementwise.combineAsFloat(
        grad(args), args.tensor("input"), (g, x) -> g * slope.at(x, a, b));
  }

  private static Tensor spread(NamedValues args) {
    int[] over = ReductionOperators.over(args);
    return args.flag("mean")
        ? Spreading.spreadMean(grad(args), shape(args), over)
        : Spreading.spread(grad(args), shape(args), over);
  }

  private static Object join(NamedValues args) {
    List<Shape> shapes = new ArrayList<>();
    for (Object item : args.items("shapes")) {
      if (!(item instanceof Shape shape)) {
        throw args.wrong("shapes", "a list of shapes");
      }
      shapes.add(shape);
    }
    return Spreading.join(grad(args), args.integer("dim"), shapes);
  }

  private static int softmaxAxis(NamedValues args) {
    return args.value("dim") == None.NONE
        ? Softmax.implicitAxis(grad(args).shape().rank())
        : args.integer("dim");
  }

  private static Tensor variance(NamedValues args) {
    int[] over = ReductionOperators.over(args);
    double correction = args.number("correction");
    Tensor x = args.tensor("input");
    Tensor result = args.findTensor("result");
    return result == null
        ? ReductionGradient.variance(grad(args), x, over, correction)
        : ReductionGradient.deviation(grad(args), x, result, over, correction);
  }

  private static boolean isDisabled(NamedValues args) {
    return args.number("enabled") == 0;
  }

  private static QRange range(NamedValues args) {
    return new QRange(args.integer("quant_min"), args.integer("quant_max"));
  }

  /** The channel axis, −1 for per tensor. */
  private static int axis(NamedValues args) {
    return args.isNone("axis") ? -1 : args.tensor("input").shape().axis(args.integer("axis"));
  }

  private static Tensor fakeQuantize(NamedValues args) {
    if (isDisabled(args)) {
      return grad(args);
    }
    double[] scales = Values.of(args.tensor("scale"));
    double[] zeroPoints = Values.of(args.tensor("zero_point"));
    int axis = axis(args);
    QScheme scheme =
        args.flag("float_zero_point")
            ? QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS
            : QScheme.PER_CHANNEL_AFFINE;
    Tensor x = args.tensor("input");
    QParams qparams =
        axis < 0
            ? QParams.perTensor(scales[0], (long) zeroPoints[0])
            : QParams.perChannel(scheme, scales, zeroPoints, axis);
    return FakeQuantization.of(x, qparams, range(args)).gradient(grad(args));
  }

  private static Object learnable(NamedValues args) {
    Tensor x = args.tensor("input");
    Tensor scale = args.tensor("scale");
    Tensor zeroPoint = args.tensor("zero_point");
    if (isDisabled(args)) {
      return Tuple.of(
          grad(args),
          Tensor.zeros(DType.FLOAT32, scale.shape(), null),
          Tensor.zeros(DType.FLOAT32, zeroPoint.shape(), null));
    }
    double factor =
        args.flag("grad_scaling")
            ? 1.0 / Math.sqrt((double) x.numel() * args.integer("quant_max"))
            : 1.0;
    LearnableFakeQuantization.Gradients out =
        new LearnableFakeQuantization(scale, zeroPoint, axis(args), range(args), factor)
            .backward(x, grad(args));
    return Tuple.of(out.input(), out.scale(), out.zeroPoint());
  }
}
