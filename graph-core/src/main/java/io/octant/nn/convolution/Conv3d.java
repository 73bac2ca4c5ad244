package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution over three spatial axes: [N, C, D, H, W]. */
@TorchType("torch.nn.Conv3d")
public class Conv3d extends ConvNd {
  /** A convolution with cubic windows, stride 1, no padding, and a bias. */
  public Conv3d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√(fan-in)}. */
  public Conv3d(ConvSettings settings) {
    super(settings, 3);
  }

  /** With given parameters. */
  public Conv3d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 3, weight, bias);
  }
}
