package io.octant.training;

import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * Gradient descent with momentum, {@code torch.optim.SGD}: {@code b ← momentum · b + (1 −
 * dampening) · g}, {@code p ← p − lr · b}; with Nesterov's momentum {@code p ← p − lr · (g +
 * momentum · b)}. Weight decay adds {@code decay · p} to the gradient. The first {@code b} is the
 * gradient.
 */
public final class Sgd extends Optimizer {
  private static final String BUFFER = "momentum_buffer";

  private double momentum;
  private double dampening;
  private boolean nesterov;

  /** Plain gradient descent. */
  public Sgd(double learningRate) {
    super(learningRate);
  }

  /** With momentum. */
  public Sgd withMomentum(double value) {
    momentum = value;
    return this;
  }

  /** With a share of each gradient that does not enter the momentum. */
  public Sgd withDampening(double value) {
    dampening = value;
    return this;
  }

  /** With Nesterov's momentum, which needs momentum and no dampening. */
  public Sgd withNesterov() {
    if (!(momentum > 0) || dampening != 0) {
      throw new TrainingException(
          "Cannot use Nesterov's momentum with momentum "
              + momentum
              + " and dampening "
              + dampening
              + ", expected momentum above 0 and no dampening");
    }
    nesterov = true;
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
    if (rates.weightDecay() != 0) {
      for (int i = 0; i < p.length; i++) {
        g[i] = a.fma(rates.weightDecay(), p[i], g[i]);
      }
    }
    double[] direction = momentum == 0 ? g : withMomentum(parameter, g, state, a);
    for (int i = 0; i < p.length; i++) {
      p[i] = a.fma(-rates.learningRate(), direction[i], p[i]);
    }
    return Values.tensor(parameter.dtype(), parameter.shape(), p);
  }

  /** The same in float32, each operation in one loop that the compiler vectorizes. */
  private Tensor updated(
      Tensor parameter, float[] gradient, Map<String, Tensor> state, Rates rates) {
    float[] p = parameter.floats();
    float[] g = gradient;
    int n = p.length;
    if (rates.weightDecay() != 0) {
      float decay = (float) rates.weightDecay();
      g = new float[n];
      for (int i = 0; i < n; i++) {
        g[i] = Math.fma(decay, p[i], gradient[i]);
      }
    }
    float[] direction = momentum == 0 ? g : withMomentum(parameter.shape(), g, state);
    float[] out = new float[n];
    float step = (float) -rates.learningRate();
    for (int i = 0; i < n; i++) {
      out[i] = Math.fma(step, direction[i], p[i]);
    }
    return Tensor.of(DType.FLOAT32, parameter.shape(), out);
  }

  private float[] withMomentum(Shape shape, float[] g, Map<String, Tensor> state) {
    Tensor before = state.get(BUFFER);
    int n = g.length;
    float[] b = before == null ? g.clone() : new float[n];
    float kept = (float) momentum;
    if (before != null) {
      float[] old = before.floats();
      float share = (float) (1 - dampening);
      for (int i = 0; i < n; i++) {
        b[i] = Math.fma(share, g[i], old[i] * kept);
      }
    }
    state.put(BUFFER, Tensor.of(DType.FLOAT32, shape, b));
    if (!nesterov) {
      return b;
    }
    float[] ahead = new float[n];
    for (int i = 0; i < n; i++) {
      ahead[i] = Math.fma(kept, b[i], g[i]);
    }
    return ahead;
  }

  @Override
  Set<String> stateNames() {
    return momentum == 0 ? Set.of() : Set.of(BUFFER);
  }

  private double[] withMomentum(
      Tensor parameter, double[] g, Map<String, Tensor> state, Arithmetic a) {
    Tensor before = state.get(BUFFER);
    double[] b = before == null ? g.clone() : Values.of(before);
    if (before != null) {
      for (int i = 0; i < b.length; i++) {
        b[i] = a.fma(1 - dampening, g[i], a.round(b[i] * a.round(momentum)));
      }
    }
    state.put(BUFFER, Values.tensor(parameter.dtype(), parameter.shape(), b.clone()));
    if (!nesterov) {
      return b;
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = a.fma(momentum, b[i], g[i]);
    }
    return b;
  }
}
