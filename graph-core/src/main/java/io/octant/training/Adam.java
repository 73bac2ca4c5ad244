package io.octant.training;

import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Set;

/**
 * Adam and AdamW, {@code torch.optim.Adam} and {@code torch.optim.AdamW}: {@code m} and {@code v}
 * are moving averages of gradients and of their squares, {@code p ← p − lr / (1 − β₁ᵗ) · m / (√v /
 * √(1 − β₂ᵗ) + eps)}. Weight decay adds {@code decay · p} to the gradient in Adam; in AdamW it
 * multiplies the parameter by {@code 1 − lr · decay}. Square roots are rounded correctly; those of
 * PyTorch's vector library may be off by the last bit.
 */
public final class Adam extends Optimizer {
  private static final String MEAN = "exp_avg";
  private static final String SQUARES = "exp_avg_sq";

  private final boolean decoupled;
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double eps = 1e-8;

  private Adam(double learningRate, boolean decoupled) {
    super(learningRate);
    this.decoupled = decoupled;
  }

  /** Adam with PyTorch's betas, 0.9 and 0.999, and eps 1e-8, without weight decay. */
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, false);
  }

  /** AdamW with the same, and PyTorch's weight decay of 0.01. */
  public static Adam adamW(double learningRate) {
    Adam adam = new Adam(learningRate, true);
    adam.withWeightDecay(0.01);
    return adam;
  }

  /** With other weights of the past in the averages, from 0 to 1. */
  public Adam withBetas(double ofMean, double ofSquares) {
    if (!(ofMean >= 0 && ofMean < 1 && ofSquares >= 0 && ofSquares < 1)) {
      throw new TrainingException(
          "Cannot average with betas " + ofMean + " and " + ofSquares + ", expected 0 to below 1");
    }
    beta1 = ofMean;
    beta2 = ofSquares;
    return this;
  }

  /** With another number that is added to the root. */
  public Adam withEps(double value) {
    eps = value;
    return this;
  }

  @Override
  Tensor updated(Tensor parameter, Tensor gradient, Map<String, Tensor> state, Rates rates) {
    if (parameter.dtype() == DType.FLOAT32) {
      return updated(parameter, gradient.floats(), state, rates);
    }
    Arithmetic a = new Arithmetic(parameter.dtype());
    double[] p = Values.of(parameter);
    double[] g = Values.of(gradient);
    double[] m = average(state, MEAN, p.length);
    double[] v = average(state, SQUARES, p.length);
    int step = next(state);
    double decay = rates.weightDecay();
    double size = size(rates, step);
    double root = a.round(root(step));
    for (int i = 0; i < p.length; i++) {
      if (decay != 0 && decoupled) {
        p[i] = a.round(p[i] * a.round(1 - rates.learningRate() * decay));
      } else if (decay != 0) {
        g[i] = a.fma(decay, p[i], g[i]);
      }
      m[i] = a.fma(1 - beta1, a.round(g[i] - m[i]), m[i]);
      double kept = a.round(v[i] * a.round(beta2));
      v[i] = a.fma(a.round(a.round(1 - beta2) * g[i]), g[i], kept);
      double denominator = a.round(a.round(a.round(Math.sqrt(v[i])) / root) + a.round(eps));
      p[i] = a.round(p[i] + a.round(a.round(a.round(size) * m[i]) / denominator));
    }
    state.put(STEP, Tensor.scalar((float) step));
    state.put(MEAN, Values.tensor(parameter.dtype(), parameter.shape(), m));
    state.put(SQUARES, Values.tensor(parameter.dtype(), parameter.shape(), v));
    return Values.tensor(parameter.dtype(), parameter.shape(), p);
  }

  /** The same in float32, in loops that the compiler vectorizes. */
  private Tensor updated(
      Tensor parameter, float[] gradient, Map<String, Tensor> state, Rates rates) {
    float[] p = parameter.floats();
    float[] g = gradient;
    int n = p.length;
    double decay = rates.weightDecay();
    if (decay != 0) {
      float[] decayed = new float[n];
      if (decoupled) {
        float kept = (float) (1 - rates.learningRate() * decay);
        for (int i = 0; i < n; i++) {
          decayed[i] = p[i] * kept;
        }
        p = decayed;
      } else {
        for (int i = 0; i < n; i++) {
          decayed[i] = Math.fma((float) decay, p[i], gradient[i]);
        }
        g = decayed;
      }
    }
    int step = next(state);
    float[] m = moved(state, MEAN, n);
    float[] v = moved(state, SQUARES, n);
    float[] out = new float[n];
    float newMean = (float) (1 - beta1);
    float newSquare = (float) (1 - beta2);
    float oldSquare = (float) beta2;
    float size = (float) size(rates, step);
    float root = (float) root(step);
    float least = (float) eps;
    for (int i = 0; i < n; i++) {
      m[i] = Math.fma(newMean, g[i] - m[i], m[i]);
      v[i] = Math.fma(newSquare * g[i], g[i], v[i] * oldSquare);
      out[i] = p[i] + size * m[i] / ((float) Math.sqrt(v[i]) / root + least);
    }
    state.put(STEP, Tensor.scalar((float) step));
    state.put(MEAN, Tensor.of(DType.FLOAT32, parameter.shape(), m));
    state.put(SQUARES, Tensor.of(DType.FLOAT32, parameter.shape(), v));
    return Tensor.of(DType.FLOAT32, parameter.shape(), out);
  }

  private static int next(Map<String, Tensor> state) {
    Tensor done = state.get(STEP);
    return done == null ? 1 : (int) done.item() + 1;
  }

  private double size(Rates rates, int step) {
    return -(rates.learningRate() / (1 - power(beta1, step)));
  }

  private double root(int step) {
    return Math.sqrt(1 - power(beta2, step));
  }

  private static float[] moved(Map<String, Tensor> state, String name, int size) {
    Tensor before = state.get(name);
    return before == null ? new float[size] : before.floats().clone();
  }

  @Override
  Set<String> stateNames() {
    return Set.of(STEP, MEAN, SQUARES);
  }

  /** Rounded once; {@link Math#pow} may be off by the last bit, and differs between machines. */
  private static double power(double beta, int exponent) {
    return new BigDecimal(beta).pow(exponent, MathContext.DECIMAL128).doubleValue();
  }

  private static double[] average(Map<String, Tensor> state, String name, int size) {
    Tensor before = state.get(name);
    return before == null ? new double[size] : Values.of(before);
  }
}
