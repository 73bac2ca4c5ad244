package io.octant.nn.linear;

import io.octant.graph.TorchType;
import io.octant.nn.Bias;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The output projection of {@link MultiheadAttention}: a linear layer of its own type, so that
 * dynamic quantization by type leaves it alone.
 */
@TorchType("torch.nn.modules.linear.NonDynamicallyQuantizableLinear")
public class NonDynamicallyQuantizableLinear extends Linear {
  /** A layer whose parameters are drawn as those of {@link Linear}. */
  public NonDynamicallyQuantizableLinear(int inFeatures, int outFeatures, Bias bias) {
    super(inFeatures, outFeatures, bias);
  }

  /** With given parameters. */
  public NonDynamicallyQuantizableLinear(Tensor weight, @Nullable Tensor bias) {
    super(weight, bias);
  }
}
