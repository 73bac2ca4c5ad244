package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;

/**
 * Derivatives of functions of two numbers, by the name of their row in the operator table. Where
 * both operands are the extremum, each gets half, as in PyTorch.
 */
public final class PartialDerivatives {
  /** The two derivatives of a function at a point. */
  private interface Pair {
    double first(double x, double y);

    double second(double x, double y);
  }

  private record Formulas(Partial first, Partial second) implements Pair {
    @Override
    public double first(double x, double y) {
      return first.at(x, y);
    }

    @Override
    public double second(double x, double y) {
      return second.at(x, y);
    }
  }

  @FunctionalInterface
  private interface Partial {
    double at(double x, double y);
  }

  private static final Map<String, Pair> ALL =
      Map.ofEntries(
          Map.entry("mul", new Formulas((x, y) -> y, (x, y) -> x)),
          Map.entry("div", new Formulas((x, y) -> 1 / y, (x, y) -> -x / (y * y))),
          Map.entry("pow", new Formulas(PartialDerivatives::ofBase, PartialDerivatives::ofPower)),
          Map.entry("maximum", new Formulas((x, y) -> above(x, y), (x, y) -> above(y, x))),
          Map.entry("minimum", new Formulas((x, y) -> above(y, x), (x, y) -> above(x, y))),
          Map.entry(
              "fmax", new Formulas((x, y) -> takes(x >= y, y), (x, y) -> 1 - takes(x >= y, y))),
          Map.entry(
              "fmin", new Formulas((x, y) -> takes(x <= y, y), (x, y) -> 1 - takes(x <= y, y))),
          Map.entry("remainder", new Formulas((x, y) -> 1, (x, y) -> -Math.floor(x / y))),
          Map.entry("fmod", new Formulas((x, y) -> 1, (x, y) -> -truncated(x / y))),
          Map.entry(
              "atan2", new Formulas((x, y) -> y / (x * x + y * y), (x, y) -> -x / (x * x + y * y))),
          Map.entry(
              "hypot",
              new Formulas((x, y) -> x / Math.hypot(x, y), (x, y) -> y / Math.hypot(x, y))),
          Map.entry(
              "copysign",
              new Formulas(
                  (x, y) -> x == 0 ? 0 : Math.signum(x) * Math.copySign(1, y), (x, y) -> 0)));

  private PartialDerivatives() {}

  /** The gradients of both operands, tensors or numbers, each of its operand's shape. */
  public static Tuple gradients(Tensor grad, Object first, Object second, String function) {
    Pair pair = ALL.get(function);
    if (pair == null) {
      throw new OctantException(
          "Cannot find derivatives: " + function + ", expected one of " + ALL.keySet());
    }
    DType type = grad.dtype();
    Tensor a = Elementwise.asTensor(first, type);
    Tensor b = Elementwise.asTensor(second, type);
    Shape shape = grad.shape();
    double[] x = Values.of(Elementwise.expand(a, shape));
    double[] y = Values.of(Elementwise.expand(b, shape));
    double[] g = Values.of(grad);
    double[] ofSecond = new double[g.length];
    for (int i = 0; i < g.length; i++) {
      ofSecond[i] = g[i] * pair.second(x[i], y[i]);
      g[i] *= pair.first(x[i], y[i]);
    }
    return Tuple.of(
        Spreading.sumTo(g, shape, a.shape(), type),
        Spreading.sumTo(ofSecond, shape, b.shape(), type));
  }

  private static double ofBase(double x, double y) {
    return y == 0 ? 0 : y * Math.pow(x, y - 1);
  }

  private static double ofPower(double x, double y) {
    return x == 0 && y >= 0 ? 0 : Math.pow(x, y) * Math.log(x);
  }

  private static double above(double x, double y) {
    return x > y ? 1 : x == y ? 0.5 : 0;
  }

  private static double takes(boolean first, double second) {
    return first || Double.isNaN(second) ? 1 : 0;
  }

  private static double truncated(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }
}
