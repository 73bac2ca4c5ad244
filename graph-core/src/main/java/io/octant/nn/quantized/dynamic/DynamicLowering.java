package io.octant.nn.quantized.dynamic;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedLinearFp16;
import io.octant.reference.quantized.PackedWeight;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes dynamically quantized modules from reference modules, or from a fused linear and ReLU
 * around one: Linear, LinearReLU, RNNCell, LSTMCell, GRUCell, LSTM, GRU; the dynamic modules of
 * {@code fx._lower_to_native_backend}.
 */
public final class DynamicLowering {
  private static final String FLOAT = "torch.nn.";

  private final QuantizedEngine engine;

  /** Packs weights for an engine. */
  public DynamicLowering(QuantizedEngine engine) {
    this.engine = engine;
  }

  /**
   * Lowers a module.
   *
   * @throws OctantException if there is no dynamically quantized form
   */
  public QuantizedModule lower(Module module) {
    if (module instanceof FusedModule fused
        && fused.kind() == FusedKind.LINEAR_RELU
        && fused.part(0) instanceof ReferenceModule linear) {
      return new DynamicLinear(pack(linear, "weight", "bias"), DynamicLinear.Activation.RELU);
    }
    if (module instanceof ReferenceModule reference) {
      String type = reference.floatType().name().substring(FLOAT.length());
      switch (type) {
        case "Linear":
          return new DynamicLinear(
              pack(reference, "weight", "bias"), DynamicLinear.Activation.NONE);
        case "LSTM", "GRU":
          return new DynamicRecurrent(reference.hyperparameters(), recurrentWeights(reference));
        case "RNNCell", "LSTMCell", "GRUCell":
          return DynamicCell.of(type, reference.hyperparameters(), weights(reference, ""));
        default:
          break;
      }
    }
    throw new OctantException(
        "Cannot lower module: " + module.type() + ", expected one with a dynamic quantized form");
  }

  /** By suffix, in the order of the parameters. */
  private Map<String, RecurrentWeights> recurrentWeights(ReferenceModule module) {
    Map<String, RecurrentWeights> out = new LinkedHashMap<>();
    String prefix = "weight_ih";
    for (String name : module.weights().keySet()) {
      if (name.startsWith(prefix)) {
        String suffix = name.substring(prefix.length());
        out.put(suffix, weights(module, suffix));
      }
    }
    return out;
  }

  private RecurrentWeights weights(ReferenceModule module, String suffix) {
    return new RecurrentWeights(
        pack(module, "weight_ih" + suffix, "bias_ih" + suffix),
        pack(module, "weight_hh" + suffix, "bias_hh" + suffix));
  }

  private PackedWeight pack(ReferenceModule module, String weight, String bias) {
    Tensor b = module.findTensor(bias);
    return module.weightQParams(weight).dtype() == DType.FLOAT16
        ? PackedLinearFp16.pack(module.tensor(weight), b)
        : new PackedLinear(module.quantizedWeight(weight), b, engine);
  }
}
