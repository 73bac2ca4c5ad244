package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Locale;
import java.util.Map;

/** {@code x · Φ(x)}, exact or with the tanh approximation. */
@TorchType("torch.nn.GELU")
public class GELU extends UnaryModule {
  /** How the normal distribution function is computed. */
  public enum Approximation {
    NONE,
    TANH
  }

  private final Approximation approximation;

  public GELU() {
    this(Approximation.NONE);
  }

  public GELU(Approximation approximation) {
    this.approximation = approximation;
  }

  @Override
  public Tensor forward(Tensor input) {
    return approximation == Approximation.TANH
        ? Activations.geluTanh(input)
        : Activations.gelu(input);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("approximate", approximation.name().toLowerCase(Locale.ROOT));
  }
}
