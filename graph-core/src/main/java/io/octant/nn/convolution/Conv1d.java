package io.octant.nn.convolution;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution over one spatial axis: [N, C, L]. */
@TorchType("torch.nn.Conv1d")
public class Conv1d extends ConvNd {
  /** A convolution with windows, stride 1, no padding, and a bias. */
  public Conv1d(int inChannels, int outChannels, int kernelSize) {
    this(ConvSettings.of(inChannels, outChannels, kernelSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√(fan-in)}. */
  public Conv1d(ConvSettings settings) {
    super(settings, 1);
  }

  /** With given parameters. */
  public Conv1d(ConvSettings settings, Tensor weight, @Nullable Tensor bias) {
    super(settings, 1, weight, bias);
  }
}
