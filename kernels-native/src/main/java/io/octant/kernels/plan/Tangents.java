package io.octant.kernels.plan;

import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.shape.ShapeInterpreter;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Type and shape of the gradients that a backward graph takes. */
final class Tangents {
  private Tangents() {}

  /** One spec for each output, in order; they hold no samples by themselves. */
  static List<TensorSpec> of(Differentiated model, List<TensorSpec> inputs) {
    // Modules with a state are called for their shapes: those of a copy.
    GraphModule forward = model.forward().copyGraphModule();
    Object[] zeros =
        inputs.stream().map(s -> (Object) Tensor.zeros(s.dtype(), s.shape(), null)).toArray();
    Map<Node, TensorSpec> specs = ShapeInterpreter.specs(forward, zeros);
    List<TensorSpec> out = new ArrayList<>();
    for (String name : model.outputs()) {
      TensorSpec of = specs.get(forward.graph().node(name));
      if (of == null) {
        throw new io.octant.OctantException(
            "Cannot compile the gradient of " + name + ": it is no tensor");
      }
      out.add(new TensorSpec("grad_" + name, of.dtype(), of.shape(), -1));
    }
    return out;
  }
}
