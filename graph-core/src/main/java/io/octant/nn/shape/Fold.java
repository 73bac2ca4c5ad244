package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Sizes;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The sum of columns [N, C · kernel, windows] at the places of their windows in [N, C, H, W]. */
@TorchType("torch.nn.Fold")
public class Fold extends UnaryModule {
  private final List<Integer> outputSize;
  private final FoldSettings settings;

  /**
   * A fold.
   *
   * @param outputSize height and width of the image, or one number for both
   */
  public Fold(FoldSettings settings, int... outputSize) {
    this.outputSize = Sizes.list(outputSize);
    this.settings = settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    return settings.folding().fold(input, Sizes.spread("output size of Fold", outputSize, 2));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "output_size",
        Hyperparameters.intOrTuple(outputSize),
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
