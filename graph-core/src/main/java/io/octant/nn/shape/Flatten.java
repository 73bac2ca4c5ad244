package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Joins the axes from {@code startDim} to {@code endDim}; by default all but the first. */
@TorchType("torch.nn.Flatten")
public class Flatten extends UnaryModule {
  private final int startDim;
  private final int endDim;

  public Flatten() {
    this(1, -1);
  }

  /** Joins the axes of a range, both ends included; negative ones count from the end. */
  public Flatten(int startDim, int endDim) {
    this.startDim = startDim;
    this.endDim = endDim;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Shapes.flatten(input, startDim, endDim);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("start_dim", startDim, "end_dim", endDim);
  }
}
