package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.Map;

/** [*, C·r², H, W] to [*, C, H·r, W·r]. */
@TorchType("torch.nn.PixelShuffle")
public class PixelShuffle extends UnaryModule {
  private final int upscaleFactor;

  /** With the factor r for height and width; its square divides the number of channels. */
  public PixelShuffle(int upscaleFactor) {
    this.upscaleFactor = upscaleFactor;
  }

  @Override
  public Tensor forward(Tensor input) {
    return io.octant.reference.kernel.PixelShuffle.shuffle(input, upscaleFactor);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("upscale_factor", upscaleFactor);
  }
}
