package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.PixelShuffle;
import io.octant.tensor.Tensor;
import java.util.Map;

/** [*, C, H·r, W·r] to [*, C·r², H, W]. */
@TorchType("torch.nn.PixelUnshuffle")
public class PixelUnshuffle extends UnaryModule {
  private final int downscaleFactor;

  /** With the factor r, which divides height and width. */
  public PixelUnshuffle(int downscaleFactor) {
    this.downscaleFactor = downscaleFactor;
  }

  @Override
  public Tensor forward(Tensor input) {
    return PixelShuffle.unshuffle(input, downscaleFactor);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("downscale_factor", downscaleFactor);
  }
}
