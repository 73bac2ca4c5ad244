package io.octant.training;

import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.Tensor;

/** What training makes small: a number for an output and what it should be. */
@FunctionalInterface
public interface Loss {
  /**
   * A loss with its gradient.
   *
   * @param value the mean over the batch
   * @param gradient by the output, of its shape and type
   */
  record Value(double value, Tensor gradient) {
    /** This and another loss of the same output, weighted. */
    public Value plus(double weight, Value other) {
      Tensor scaled =
          Elementwise.combineAsFloat(gradient, other.gradient, (a, b) -> a + weight * b);
      return new Value(value + weight * other.value, scaled);
    }
  }

  /**
   * The loss of an output.
   *
   * @throws TrainingException if shapes or types do not fit
   */
  Value of(Tensor output, Tensor target);

  /**
   * What the mean over a batch counts for beside the means over other batches of the same size: the
   * loss of all is their mean by these weights.
   */
  default double weight(Tensor target) {
    return 1;
  }
}
