package io.octant.quantization.prepare;

import io.octant.quantization.observer.ObserverSpec;
import org.jspecify.annotations.Nullable;

/**
 * The observers that a node wants. Null stands for "no tensor, never observed"; {@link #FLOAT} for
 * a tensor that stays float.
 *
 * @param input for the activations that it reads
 * @param weight for the argument at {@code weightIndex}
 * @param bias for the argument at {@code biasIndex}
 * @param output for what it computes
 * @param weightIndex position of the weight among the arguments, −1 if there is none
 * @param biasIndex position of the bias, −1 if there is none
 * @param sharing where the output's parameters come from
 * @param standalone whether the node calls a module that was prepared on its own
 */
record ObserverPlan(
    @Nullable ObserverSpec input,
    @Nullable ObserverSpec weight,
    @Nullable ObserverSpec bias,
    @Nullable ObserverSpec output,
    int weightIndex,
    int biasIndex,
    Sharing sharing,
    boolean standalone) {
  /** A tensor that is not quantized. */
  static final ObserverSpec FLOAT = ObserverSpec.of(ObserverSpec.TORCH + "PlaceholderObserver");

  /** Where the parameters of an output come from. */
  enum Sharing {
    /** An observer of its own. */
    NONE,
    /** Inputs and output use one observer. */
    WITH_INPUT,
    /** The output takes over the input's, and no new one is ever made for the input. */
    REUSE_INPUT
  }

  /** Reads and computes float tensors. */
  static ObserverPlan ofFloat() {
    return new ObserverPlan(FLOAT, null, null, FLOAT, -1, -1, Sharing.NONE, false);
  }

  /** Handles no tensors. */
  static ObserverPlan ofNoTensor() {
    return new ObserverPlan(null, null, null, null, -1, -1, Sharing.NONE, false);
  }

  /** This plan with nothing observed. */
  ObserverPlan withoutTensors() {
    return new ObserverPlan(null, weight, bias, null, weightIndex, biasIndex, sharing, standalone);
  }

  /** This plan with another observer behind it. */
  ObserverPlan withOutput(ObserverSpec other) {
    return new ObserverPlan(
        input, weight, bias, other, weightIndex, biasIndex, sharing, standalone);
  }

  boolean isTensor() {
    return output != null;
  }
}
