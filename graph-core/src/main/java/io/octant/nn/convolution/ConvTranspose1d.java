package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Transposed convolution over one spatial axis: [N, C, L]. */
@TorchType("torch.nn.ConvTranspose1d")
public class ConvTranspose1d extends ConvTransposeNd {
  /** A transposed convolution with windows, stride 1, no padding, and a bias. */
  public ConvTranspose1d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√(fan-in)}. */
  public ConvTranspose1d(ConvSettings settings) {
    super(settings, 1);
  }

  /** With given parameters. */
  public ConvTranspose1d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 1, weight, bias);
  }
}
