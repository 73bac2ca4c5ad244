package io.octant.reference.kernel;

import io.octant.OctantException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * An activation of a recurrent gate, as ONNX names them, with its numbers.
 *
 * @param alpha first number, unused by those that have none
 * @param beta second number, unused by those that have fewer
 */
public record GateActivation(Kind kind, double alpha, double beta) {
  private static final double REQUIRED = Double.NaN;

  /** Which function. */
  public enum Kind {
    /** {@code alpha · x + beta}. */
    AFFINE("Affine", REQUIRED, REQUIRED),
    ELU("Elu", 1),
    /** {@code max(0, min(1, alpha · x + beta))}. */
    HARD_SIGMOID("HardSigmoid", (double) 0.2f, 0.5),
    LEAKY_RELU("LeakyRelu", (double) 0.01f),
    RELU("Relu"),
    /** {@code alpha · tanh(beta · x)}. */
    SCALED_TANH("ScaledTanh", REQUIRED, REQUIRED),
    SIGMOID("Sigmoid"),
    SOFTPLUS("Softplus"),
    SOFTSIGN("Softsign"),
    TANH("Tanh"),
    /** x where it is greater than alpha, else 0. */
    THRESHOLDED_RELU("ThresholdedRelu", 1);

    private final String onnxName;
    private final double[] missing;

    Kind(String onnxName, double... missing) {
      this.onnxName = onnxName;
      this.missing = missing;
    }

    private static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.onnxName.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
          return kind;
        }
      }
      throw new OctantException(
          "Cannot read activation: "
              + name
              + ", expected one of "
              + java.util.Arrays.stream(values()).map(k -> k.onnxName).toList());
    }
  }

  /** One without numbers. */
  static GateActivation plain(Kind kind) {
    return new GateActivation(kind, 0, 0);
  }

  /**
   * Activations by name, in any case. Each takes as many of the numbers as it has, in order; what
   * is left out is ONNX's default.
   *
   * @throws OctantException if a name is unknown, a number has no default or one is left over
   */
  public static List<GateActivation> list(
      List<String> names, List<Double> alphas, List<Double> betas) {
    Iterator<Double> alpha = alphas.iterator();
    Iterator<Double> beta = betas.iterator();
    List<GateActivation> out = new ArrayList<>();
    for (String name : names) {
      Kind kind = Kind.of(name);
      out.add(new GateActivation(kind, next(kind, 0, alpha), next(kind, 1, beta)));
    }
    if (alpha.hasNext() || beta.hasNext()) {
      throw new OctantException(
          "Cannot read numbers of activations "
              + names
              + ": alpha "
              + alphas
              + " and beta "
              + betas
              + ", expected no more than they have");
    }
    return List.copyOf(out);
  }

  private static double next(Kind kind, int index, Iterator<Double> given) {
    if (index >= kind.missing.length) {
      return 0;
    }
    double value = given.hasNext() ? given.next() : kind.missing[index];
    if (Double.isNaN(value)) {
      throw new OctantException(
          "Cannot read activation: " + kind.onnxName + " without its numbers, expected two");
    }
    return value;
  }

  /** The function at a point. */
  double at(double x) {
    return switch (kind) {
      case AFFINE -> alpha * x + beta;
      case ELU -> x >= 0 ? x : alpha * Math.expm1(x);
      case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
      case LEAKY_RELU -> x >= 0 ? x : alpha * x;
      case RELU -> Math.max(0, x);
      case SCALED_TANH -> alpha * Math.tanh(beta * x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case TANH -> Math.tanh(x);
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
    };
  }
}
