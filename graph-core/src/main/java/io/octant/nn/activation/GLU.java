package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/**
 * Gated linear unit: the first half of an axis, by default the last, times the sigmoid of the
 * second.
 */
@TorchType("torch.nn.GLU")
public class GLU extends UnaryModule {
  private final int dim;

  public GLU() {
    this(-1);
  }

  public GLU(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.glu(input, dim);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("dim", dim);
  }
}
