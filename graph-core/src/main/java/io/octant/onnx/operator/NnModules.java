package io.octant.onnx.operator;

import io.octant.graph.Module;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Makes modules by their PyTorch names. */
final class NnModules {
  private static final Set<String> BUFFERS =
      Set.of("running_mean", "running_var", "num_batches_tracked");

  private NnModules() {}

  /** A module with its parameters and buffers under PyTorch's names. */
  static Module create(String type, Map<String, Object> hyper, Map<String, Tensor> tensors) {
    Map<String, Tensor> parameters = new LinkedHashMap<>(tensors);
    Map<String, Tensor> buffers = new LinkedHashMap<>(tensors);
    parameters.keySet().removeAll(BUFFERS);
    buffers.keySet().retainAll(BUFFERS);
    return ModuleFactories.create(ModuleFactories.all(), type, hyper, parameters, buffers);
  }

  /** The reference module of a float one whose weight has the parameters of a quantized tensor. */
  static Module reference(Module floatModule, Tensor quantized) {
    if (!ReferenceModule.isSupported(floatModule.type())) {
      return floatModule; // a scale of a normalization, say: the dequantized numbers are all of it
    }
    return ReferenceModule.of(
        floatModule,
        WeightQParams.of(quantized.dtype(), quantized.qparams()),
        ReferenceModule.Form.QUANTIZED_TENSORS);
  }
}
