package io.octant.autograd;

import static io.octant.autograd.Derivatives.positive;
import static io.octant.autograd.Derivatives.values;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Functions of single values and of pairs. */
class PointwiseRulesTest extends DerivativeCases {
  @Override
  void define() {
    pointwise();
    pairs();
  }

  private void pointwise() {
    Tensor x = values(1, 3, 4);
    for (String f :
        List.of(
            "relu",
            "relu6",
            "sigmoid",
            "tanh",
            "hardsigmoid",
            "hardswish",
            "silu",
            "mish",
            "selu",
            "softsign",
            "logsigmoid",
            "tanhshrink",
            "gelu",
            "hardtanh",
            "leaky_relu",
            "elu",
            "celu",
            "softplus",
            "hardshrink",
            "softshrink",
            "rrelu")) {
      add(F + f, List.of(X), x);
    }
    add(F + "gelu", List.of(X), Map.of("approximate", "tanh"), x);
    add(F + "celu", List.of(X, 0.7), x);
    add(F + "threshold", List.of(X, 0.3, -1.0), x);
    add(F + "dropout", List.of(X, 0.5, false), x);
    unary(
        x,
        "torch.abs",
        "torch.neg",
        "torch.frac",
        "torch.nan_to_num",
        "torch.square",
        "torch.exp",
        "torch.expm1",
        "torch.exp2",
        "torch.erf",
        "torch.erfc",
        "torch.sin",
        "torch.cos",
        "torch.tan",
        "torch.atan",
        "torch.arctan",
        "torch.deg2rad",
        "torch.rad2deg",
        "torch.sinh",
        "torch.cosh",
        "torch.asinh",
        "operator.pos",
        "torch.clone",
        ".contiguous");
    Tensor p = positive(2, 3, 4);
    unary(
        p,
        "torch.sqrt",
        "torch.rsqrt",
        "torch.reciprocal",
        "torch.log",
        "torch.log2",
        "torch.log10",
        "torch.log1p");
    double[] small = new double[12];
    for (int i = 0; i < 12; i++) {
      small[i] = x.doubles()[i] / 2.5;
    }
    Tensor within = Tensor.of(DType.FLOAT64, Shape.of(3, 4), small);
    unary(within, "torch.asin", "torch.arcsin", "torch.acos", "torch.arccos", "torch.atanh");
    double[] large = Arrays.stream(p.doubles()).map(v -> v + 1).toArray();
    unary(Tensor.of(DType.FLOAT64, Shape.of(3, 4), large), "torch.acosh");
    add("torch.clamp", List.of(X, -0.7, 0.8), x);
    add("torch.clamp", List.of(X), Map.of("max", 0.8), x);
    add("torch.clamp_min", List.of(X, -0.7), x);
    add("torch.clamp_max", List.of(X, X), x, values(3, 3, 4));
  }

  private void pairs() {
    Tensor x = values(4, 2, 3, 4);
    Tensor y = values(5, 3, 1);
    Tensor p = positive(6, 2, 3, 4);
    for (String f :
        List.of(
            "add",
            "sub",
            "mul",
            "div",
            "maximum",
            "minimum",
            "fmax",
            "fmin",
            "atan2",
            "hypot",
            "copysign",
            "remainder",
            "fmod")) {
      add("torch." + f, List.of(X, X), x, y);
    }
    add("torch.pow", List.of(X, X), p, y);
    add("torch.pow", List.of(X, 2L), x);
    add("operator.pow", List.of(2.5, X), y);
    add("torch.add", List.of(X, X), Map.of("alpha", 2.5), y, x);
    add("torch.sub", List.of(X, 3L), Map.of("alpha", 2L), x);
    add("torch.rsub", List.of(X, X), Map.of("alpha", 2L), x, y);
    add("operator.add", List.of(X, X), x, y);
    add("operator.sub", List.of(1.5, X), y);
    add("operator.mul", List.of(X, 1.5), x);
    add("operator.truediv", List.of(1.5, X), y);
    Tensor mask =
        Tensor.of(DType.BOOL, Shape.of(3, 4), new int[] {1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0});
    add("torch.where", List.of(X, X, X), mask, x, y);
    add("torch.masked_fill", List.of(X, X, 2.0), x, mask);
    add("torch.lerp", List.of(X, X, X), x, y, values(7, 4));
    add("torch.addcmul", List.of(X, X, X), Map.of("value", 0.5), x, y, values(8, 4));
    add("torch.addcdiv", List.of(X, X, X), Map.of("value", 0.5), x, y, positive(9, 4));
    add(".to", List.of(X, DType.FLOAT64), x);
    add(".double", List.of(X), x);
    add(".type_as", List.of(X, X), x, y);
  }
}
