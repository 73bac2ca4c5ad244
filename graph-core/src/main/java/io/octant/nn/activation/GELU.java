package io.octant.nn.activation;

import io.octant.nn.FunctionModule;
import java.util.Locale;

/** {@code x · Φ(x)}, exact or with the tanh approximation. */
public class GELU extends FunctionModule {
  /** How the normal distribution function is computed. */
  public enum Approximation {
    /** By the error function. */
    NONE,
    /** By tanh of a cubic. */
    TANH
  }

  /** Exact. */
  public GELU() {
    this(Approximation.NONE);
  }

  /** Exact or approximate. */
  public GELU(Approximation approximation) {
    super("torch.nn.GELU", approximation.name().toLowerCase(Locale.ROOT));
  }
}
