package io.octant.reference.quantized;

import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;

/** All quantized operators; packed weights follow the arithmetic of one engine. */
public final class QuantizedOperators implements OperatorFamily {
  private final QuantizedEngine engine;

  /** Operators whose prepack functions pack for an engine. */
  public QuantizedOperators(QuantizedEngine engine) {
    this.engine = engine;
  }

  @Override
  public void register(OperatorSet.Builder into) {
    into.include(new QuantizeOperators())
        .include(new DecomposedOperators())
        .include(new QuantizedArithmeticOperators())
        .include(new QuantizedLinearOperators(engine))
        .include(new QuantizedConvolutionOperators(engine))
        .include(new QuantizedCombiningOperators())
        .include(new QuantizedActivationOperators())
        .include(new QuantizedNormalizationOperators())
        .include(new QuantizedEmbeddingOperators());
  }
}
