package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution over two spatial axes: [N, C, H, W]. */
@TorchType("torch.nn.Conv2d")
public class Conv2d extends ConvNd {
  public Conv2d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  public Conv2d(ConvSettings settings) {
    super(settings, 2);
  }

  /** With given parameters. */
  public Conv2d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 2, weight, bias);
  }
}
