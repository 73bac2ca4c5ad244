package io.octant.onnx.operator;

import io.octant.graph.Module;
import io.octant.nn.ModuleFactories;
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
}
