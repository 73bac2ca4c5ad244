package io.octant.nn.activation;

import io.octant.OctantException;
import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;

/** {@code e^x / Σ e^x} over the channels of [N, C, H, W] or [C, H, W]. */
@TorchType("torch.nn.Softmax2d")
public class Softmax2d extends UnaryModule {

  @Override
  public Tensor forward(Tensor input) {
    int rank = input.shape().rank();
    if (rank != 3 && rank != 4) {
      throw new OctantException(
          "Cannot apply Softmax2d to "
              + input.description()
              + ", expected [N, C, H, W] or [C, H, W]");
    }
    return io.octant.reference.kernel.Softmax.softmax(input, -3);
  }
}
