package io.octant.training;

import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Makes gradients smaller that are too large, before an optimizer uses them. */
@FunctionalInterface
public interface Clipping {
  /** The clipped gradients, by the same names. */
  Map<String, Tensor> clipped(Map<String, Tensor> gradients);

  /** Leaves gradients as they are. */
  static Clipping none() {
    return gradients -> gradients;
  }

  /**
   * All gradients together scaled so that their Euclidean norm is {@code max} at most; {@code
   * torch.nn.utils.clip_grad_norm_}. The norm is summed in double, in the order of names given.
   */
  static Clipping norm(double max) {
    requirePositive(max);
    return gradients -> {
      double norm = norm(gradients);
      double factor = max / (norm + 1e-6);
      return factor >= 1 ? gradients : mapped(gradients, g -> g * factor);
    };
  }

  /** Each element between −max and max; {@code torch.nn.utils.clip_grad_value_}. */
  static Clipping value(double max) {
    requirePositive(max);
    return gradients -> mapped(gradients, g -> Math.max(-max, Math.min(max, g)));
  }

  /** The Euclidean norm of all gradients as one vector. */
  static double norm(Map<String, Tensor> gradients) {
    double sum = 0;
    for (Tensor gradient : gradients.values()) {
      for (int i = 0; i < gradient.numel(); i++) {
        sum += gradient.doubleAt(i) * gradient.doubleAt(i);
      }
    }
    return Math.sqrt(sum);
  }

  private static Map<String, Tensor> mapped(
      Map<String, Tensor> gradients, DoubleUnaryOperator change) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    gradients.forEach(
        (name, gradient) -> {
          double[] values = Values.of(gradient);
          for (int i = 0; i < values.length; i++) {
            values[i] = change.applyAsDouble(values[i]);
          }
          out.put(name, Values.tensor(gradient.dtype(), gradient.shape(), values));
        });
    return out;
  }

  private static void requirePositive(double max) {
    if (!(max > 0)) {
      throw new TrainingException("Cannot clip gradients to " + max + ", expected above 0");
    }
  }
}
