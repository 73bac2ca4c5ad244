package io.octant.nn.state;

import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a module is made of.
 *
 * @param type PyTorch's class name
 * @param hyper settings by PyTorch's names
 * @param parameters float parameters
 * @param buffers buffers
 * @param attributes plain attributes: tensors, packed weights
 * @param quantized integer weights and float biases, as {@link
 *     io.octant.nn.quantized.QuantizedModule#quantizedState} gives them; empty if there are none
 * @param children direct children in order
 */
public record ModuleState(
    String type,
    Map<String, Object> hyper,
    Map<String, Tensor> parameters,
    Map<String, Tensor> buffers,
    Map<String, Object> attributes,
    Map<String, Object> quantized,
    Map<String, Module> children) {

  /** The settings, read with types. */
  NamedValues settings() {
    return new NamedValues(type, hyper);
  }

  /** The last part of the type name. */
  String shortType() {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** The integer weight of a module with one. */
  Tensor weight() {
    return new NamedValues(type, quantized).tensor("weight");
  }

  /** The bias of a module with one weight, null if it has none. */
  @Nullable Tensor bias() {
    Object bias = quantized.getOrDefault("bias", None.NONE);
    return bias == None.NONE ? null : (Tensor) bias;
  }

  /** Scale and zero point of the output, from settings or buffers. */
  QParams output() {
    NamedValues from = hyper.containsKey("scale") ? settings() : new NamedValues(type, buffers);
    return QParams.perTensor(from.number("scale"), Math.round(from.number("zero_point")));
  }
}
