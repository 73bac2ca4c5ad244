package io.octant.reference.quantized;

import io.octant.graph.PackedState;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A weight in the form that a quantized operator takes, the result of a {@code *_prepack} operator:
 * an immutable value that a graph module keeps as an attribute. Packing changes no number.
 */
public sealed interface PackedWeight extends PackedState
    permits PackedLinear, PackedLinearFp16, PackedConvolution, PackedEmbedding {
  /** The integers with their parameters, or floats rounded to half precision. */
  Tensor weight();

  /** The weight as unpack operators return it: a half-precision one in float32. */
  default Tensor unpackedWeight() {
    return weight();
  }

  /** Float bias, one entry an output channel; null if there is none. */
  @Nullable Tensor bias();
}
