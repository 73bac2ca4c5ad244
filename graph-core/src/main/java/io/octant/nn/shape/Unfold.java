package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Windows of [N, C, H, W] as the columns of a matrix [N, C · kernel, windows]. */
@TorchType("torch.nn.Unfold")
public class Unfold extends UnaryModule {
  private final FoldSettings settings;

  /** Windows next to each other at stride 1, without padding or dilation. */
  public Unfold(int... kernelSize) {
    this(FoldSettings.of(kernelSize));
  }

  /** Windows as the settings say. */
  public Unfold(FoldSettings settings) {
    this.settings = settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    return settings.folding().unfold(input);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "kernel_size",
        Hyperparameters.intOrTuple(settings.kernelSize()),
        "dilation",
        Hyperparameters.intOrTuple(settings.dilation()),
        "padding",
        Hyperparameters.intOrTuple(settings.padding()),
        "stride",
        Hyperparameters.intOrTuple(settings.stride()));
  }
}
