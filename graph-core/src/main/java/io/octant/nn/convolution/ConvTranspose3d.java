package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Transposed convolution over three spatial axes: [N, C, D, H, W]. */
@TorchType("torch.nn.ConvTranspose3d")
public class ConvTranspose3d extends ConvTransposeNd {
  /** A transposed convolution with cubic windows, stride 1, no padding, and a bias. */
  public ConvTranspose3d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√(fan-in)}. */
  public ConvTranspose3d(ConvSettings settings) {
    super(settings, 3);
  }

  /** With given parameters. */
  public ConvTranspose3d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 3, weight, bias);
  }
}
