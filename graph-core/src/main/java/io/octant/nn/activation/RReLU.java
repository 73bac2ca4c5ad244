package io.octant.nn.activation;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Leaky ReLU with a slope from a range: its middle outside training. In training PyTorch draws
 * slopes; that is refused.
 */
@TorchType("torch.nn.RReLU")
public class RReLU extends InplaceModule {
  private static final FunctionType FUNCTION = FunctionType.of("torch.nn.functional.rrelu");

  private final double lower;
  private final double upper;

  /** With slopes from 1/8 to 1/3. */
  public RReLU() {
    this(1.0 / 8, 1.0 / 3);
  }

  /** With the range of slopes for negative elements; its middle is what evaluation uses. */
  public RReLU(double lower, double upper) {
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  public Tensor forward(Tensor input) {
    if (isTraining()) {
      throw new OctantException(
          "Cannot run RReLU in training: its slopes are random, expected evaluation");
    }
    return (Tensor)
        ReferenceOperators.standard()
            .callFunction(FUNCTION, List.of(input, lower, upper), Map.of());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("lower", lower, "upper", upper, "inplace", inplace());
  }
}
