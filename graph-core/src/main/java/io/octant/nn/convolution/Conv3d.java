package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution over three spatial axes: [N, C, D, H, W]. */
@TorchType("torch.nn.Conv3d")
public class Conv3d extends ConvNd {
  public Conv3d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  public Conv3d(ConvSettings settings) {
    super(settings, 3);
  }

  /** With given parameters. */
  public Conv3d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 3, weight, bias);
  }
}
