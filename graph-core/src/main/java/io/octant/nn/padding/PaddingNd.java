package io.octant.nn.padding;

import io.octant.OctantException;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Padding;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * Pads the last one, two or three axes: (before, after) of the last axis, then of the one before
 * it. Constant padding takes negative amounts, which cut, and tensors of any rank; the others take
 * [N, C, spatial…] or [C, spatial…].
 */
public abstract class PaddingNd extends UnaryModule {
  private final int axes;
  private final Padding.Mode mode;
  private final double value;
  private final int[] padding;

  /**
   * A padding.
   *
   * @param value what constant padding fills with
   * @param padding one amount for all sides or one for each
   */
  PaddingNd(int axes, Padding.Mode mode, double value, int... padding) {
    if (padding.length != 1 && padding.length != 2 * axes) {
      throw new OctantException(
          "Cannot configure padding: "
              + Arrays.toString(padding)
              + ", expected one amount or "
              + 2 * axes);
    }
    this.axes = axes;
    this.mode = mode;
    this.value = value;
    this.padding = padding.length == 1 ? new int[2 * axes] : padding.clone();
    if (padding.length == 1) {
      Arrays.fill(this.padding, padding[0]);
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    int rank = input.shape().rank();
    if (mode != Padding.Mode.CONSTANT && rank != axes + 1 && rank != axes + 2) {
      throw new OctantException(
          "Cannot pad "
              + input.description()
              + " by "
              + type()
              + ", expected rank "
              + (axes + 1)
              + " or "
              + (axes + 2));
    }
    return Padding.pad(input, padding, mode, value);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Object sides = Hyperparameters.tuple(Arrays.stream(padding).boxed().toList());
    return mode == Padding.Mode.CONSTANT
        ? Hyperparameters.of("padding", sides, "value", value)
        : Hyperparameters.of("padding", sides);
  }
}
