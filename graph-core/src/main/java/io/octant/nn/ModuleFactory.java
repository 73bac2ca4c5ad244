package io.octant.nn;

import io.octant.graph.Module;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Builds modules of one type. */
@FunctionalInterface
public interface ModuleFactory {
  /**
   * Builds a module. Settings that hyperparameters do not tell follow from the tensors: a layer has
   * a bias if there is one.
   *
   * @param hyper by PyTorch's names; names that the type does not use are ignored
   * @param tensors parameters and buffers
   */
  Module create(NamedValues hyper, Map<String, Tensor> tensors);
}
