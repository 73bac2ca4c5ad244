package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution over two spatial axes: [N, C, H, W]. */
@TorchType("torch.nn.Conv2d")
public class Conv2d extends ConvNd {
  /** A convolution with square windows, stride 1, no padding, and a bias. */
  public Conv2d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√(fan-in)}. */
  public Conv2d(ConvSettings settings) {
    super(settings, 2);
  }

  /** With given parameters. */
  public Conv2d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 2, weight, bias);
  }
}
