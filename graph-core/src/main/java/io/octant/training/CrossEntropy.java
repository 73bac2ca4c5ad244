package io.octant.training;

import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy of logits [N, classes, positions…] and class indices int64 [N, positions…], {@code
 * torch.nn.CrossEntropyLoss}: a mean weighted by the class of each target; targets of the ignored
 * class do not count. With label smoothing s the target is {@code (1 − s)} for its class and {@code
 * s / classes} for each.
 *
 * @param labelSmoothing from 0 to 1
 * @param weights one a class, null for 1
 * @param ignoreIndex a class index that does not count, −100 in PyTorch
 */
public record CrossEntropy(double labelSmoothing, @Nullable Tensor weights, long ignoreIndex)
    implements Loss {
  public CrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new TrainingException(
          "Cannot smooth labels by " + labelSmoothing + ", expected 0 to 1");
    }
  }

  static CrossEntropy standard() {
    return new CrossEntropy(0, null, -100);
  }

  /** With smoothed labels. */
  public CrossEntropy withLabelSmoothing(double value) {
    return new CrossEntropy(value, weights, ignoreIndex);
  }

  /** With a weight for each class. */
  public CrossEntropy withWeights(Tensor value) {
    return new CrossEntropy(labelSmoothing, value, ignoreIndex);
  }

  /** With another class that does not count. */
  public CrossEntropy withIgnoreIndex(long value) {
    return new CrossEntropy(labelSmoothing, weights, value);
  }

  @Override
  public Value of(Tensor output, Tensor target) {
    requireFit(output, target);
    int classes = output.shape().dim(1);
    int inner = output.shape().strides()[1];
    double[] logits = Values.of(output);
    double[] gradient = new double[logits.length];
    double sum = 0;
    double total = 0;
    double[] row = new double[classes];
    for (int i = 0; i < target.numel(); i++) {
      long wanted = target.longAt(i);
      if (wanted == ignoreIndex) {
        continue;
      }
      if (wanted < 0 || wanted >= classes) {
        throw new TrainingException(
            "Cannot compute cross entropy: target "
                + i
                + " is class "
                + wanted
                + ", expected 0 to "
                + (classes - 1));
      }
      int base = i / inner * classes * inner + i % inner;
      for (int c = 0; c < classes; c++) {
        row[c] = logits[base + c * inner];
      }
      double[] log = Losses.logSoftmax(row, 0, classes, 1);
      total += weight((int) wanted);
      double mass = 0;
      for (int c = 0; c < classes; c++) {
        double share = share(c, (int) wanted, classes);
        mass += share;
        sum -= share == 0 ? 0 : share * log[c];
        gradient[base + c * inner] = -share;
      }
      for (int c = 0; c < classes; c++) {
        gradient[base + c * inner] += mass * Math.exp(log[c]);
      }
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= total;
    }
    return Losses.value(sum / total, output, gradient);
  }

  /** The weights of the targets' classes, those of ignored ones left out; 0 if all are ignored. */
  @Override
  public double weight(Tensor target) {
    double total = 0;
    for (int i = 0; i < target.numel(); i++) {
      total += target.longAt(i) == ignoreIndex ? 0 : weight((int) target.longAt(i));
    }
    return total;
  }

  private double weight(int c) {
    return weights == null ? 1 : weights.doubleAt(c);
  }

  /** What a class counts for in the target, times its weight. */
  private double share(int c, int wanted, int classes) {
    double smooth = labelSmoothing / classes;
    return weight(c) * (c == wanted ? 1 - labelSmoothing + smooth : smooth);
  }

  private void requireFit(Tensor output, Tensor target) {
    int rank = output.shape().rank();
    boolean fits = rank >= 2 && target.shape().rank() == rank - 1 && target.dtype() == DType.INT64;
    for (int a = 0; fits && a < rank - 1; a++) {
      fits = target.shape().dim(a) == output.shape().dim(a == 0 ? 0 : a + 1);
    }
    if (!fits || output.numel() == 0) {
      throw new TrainingException(
          "Cannot compute cross entropy of "
              + output.description()
              + " with "
              + target.description()
              + ", expected int64 classes in the shape of the logits without axis 1");
    }
    if (weights != null && weights.numel() != output.shape().dim(1)) {
      throw new TrainingException(
          "Cannot weight "
              + output.shape().dim(1)
              + " classes by "
              + weights.description()
              + ", expected a weight for each");
    }
  }
}
