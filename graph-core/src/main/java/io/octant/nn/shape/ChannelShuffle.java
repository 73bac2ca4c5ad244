package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.PixelShuffle;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Interleaves groups of channels. */
@TorchType("torch.nn.ChannelShuffle")
public class ChannelShuffle extends UnaryModule {
  private final int groups;

  /** With the number of groups, which divides the number of channels. */
  public ChannelShuffle(int groups) {
    this.groups = groups;
  }

  @Override
  public Tensor forward(Tensor input) {
    return PixelShuffle.channels(input, groups);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("groups", groups);
  }
}
