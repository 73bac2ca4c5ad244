package io.octant.autograd;

import io.octant.tensor.TensorSpec;
import java.util.List;

/** Runs the two graphs of a derivative by other means than the reference operators. Thread-safe. */
public interface DerivativeEngine {
  /**
   * Compiles both graphs for inputs of certain types and shapes, in the modes that the model's
   * modules are in.
   *
   * @param inputs one spec a placeholder of the forward graph, in order
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  DerivativeSession compile(Differentiated model, List<TensorSpec> inputs);
}
