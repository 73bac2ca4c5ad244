package io.octant.nn.quantized.dynamic;

import io.octant.OctantException;
import io.octant.graph.None;
import io.octant.reference.quantized.ActivationBits;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedLinearFp16;
import io.octant.reference.quantized.PackedWeight;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two weights of a recurrent cell, applied to inputs and to hidden states.
 *
 * @param input {@code [gates · hidden, input]}
 * @param hidden {@code [gates · hidden, hidden]}
 */
public record RecurrentWeights(PackedWeight input, PackedWeight hidden) {
  public RecurrentWeights {
    for (PackedWeight w : new PackedWeight[] {input, hidden}) {
      if (!(w instanceof PackedLinear || w instanceof PackedLinearFp16)) {
        throw new OctantException(
            "Cannot use weight of a recurrent module: " + w + ", expected a linear one");
      }
    }
  }

  Tensor applyInput(Tensor x, ActivationBits bits) {
    return apply(input, x, bits);
  }

  Tensor applyHidden(Tensor h, ActivationBits bits) {
    return apply(hidden, h, bits);
  }

  private static Tensor apply(PackedWeight w, Tensor x, ActivationBits bits) {
    return w instanceof PackedLinear integers
        ? integers.applyDynamic(x, bits)
        : ((PackedLinearFp16) w).applyDynamic(x);
  }

  /** Units of the hidden state. */
  int hiddenSize() {
    return hidden.weight().shape().dim(1);
  }

  /** Adds weights and biases to a module's quantized state, names ending in a suffix. */
  void describe(Map<Object, Object> weights, Map<Object, Object> biases, String suffix) {
    weights.put("weight_ih" + suffix, input.unpackedWeight());
    weights.put("weight_hh" + suffix, hidden.unpackedWeight());
    biases.put("bias_ih" + suffix, orNone(input.bias()));
    biases.put("bias_hh" + suffix, orNone(hidden.bias()));
  }

  /** The quantized state of a module made of such weights by suffix. */
  static Map<String, Object> quantizedState(Map<String, RecurrentWeights> bySuffix) {
    Map<Object, Object> weights = new LinkedHashMap<>();
    Map<Object, Object> biases = new LinkedHashMap<>();
    bySuffix.forEach((suffix, w) -> w.describe(weights, biases, suffix));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("weight", weights);
    out.put("bias", biases);
    return out;
  }

  private static Object orNone(@Nullable Tensor bias) {
    return bias == null ? None.NONE : bias;
  }
}
