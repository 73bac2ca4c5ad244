package io.octant.training;

import io.octant.reference.kernel.SpecialFunctions;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Losses as PyTorch has them, with the mean over all elements unless told; sums are in double. */
public final class Losses {
  private Losses() {}

  /** Mean of the squared differences, {@code torch.nn.MSELoss}. */
  public static Loss mse() {
    return (output, target) -> {
      requireShape(output, target);
      double[] g = Values.of(output);
      double sum = 0;
      for (int i = 0; i < g.length; i++) {
        double difference = g[i] - target.doubleAt(i);
        sum += difference * difference;
        g[i] = 2 * difference / g.length;
      }
      return value(sum / g.length, output, g);
    };
  }

  /**
   * Mean of the binary cross entropy of probabilities, {@code torch.nn.BCELoss}: logarithms count
   * as −100 at least.
   */
  public static Loss binaryCrossEntropy() {
    return (output, target) -> {
      requireShape(output, target);
      double[] g = Values.of(output);
      double sum = 0;
      for (int i = 0; i < g.length; i++) {
        double p = g[i];
        double y = target.doubleAt(i);
        if (!(p >= 0 && p <= 1)) {
          throw new TrainingException(
              "Cannot compute binary cross entropy of " + p + ", expected a probability");
        }
        sum -= y * Math.max(-100, Math.log(p)) + (1 - y) * Math.max(-100, Math.log1p(-p));
        g[i] = (p - y) / Math.max((1 - p) * p, 1e-12f) / g.length; // a float in PyTorch
      }
      return value(sum / g.length, output, g);
    };
  }

  /** The same of logits, {@code torch.nn.BCEWithLogitsLoss}. */
  public static Loss binaryCrossEntropyWithLogits() {
    return (output, target) -> {
      requireShape(output, target);
      double[] g = Values.of(output);
      double sum = 0;
      for (int i = 0; i < g.length; i++) {
        double x = g[i];
        double y = target.doubleAt(i);
        sum += (1 - y) * x + SpecialFunctions.softplus(-x);
        g[i] = (1 / (1 + Math.exp(-x)) - y) / g.length;
      }
      return value(sum / g.length, output, g);
    };
  }

  /** {@link CrossEntropy} without weights, smoothing or ignored classes. */
  public static CrossEntropy crossEntropy() {
    return CrossEntropy.standard();
  }

  /**
   * Kullback-Leibler divergence of the output from a teacher's, both logits [N, classes] softened
   * by a temperature, times its square so that gradients keep their size (Hinton et al., 2015); the
   * mean over the batch. The target is the teacher's output.
   */
  public static Loss distillation(double temperature) {
    if (!(temperature > 0)) {
      throw new TrainingException(
          "Cannot distill with temperature " + temperature + ", expected one above 0");
    }
    return (output, target) -> {
      requireShape(output, target);
      int classes = output.shape().dim(-1);
      double[] student = Values.of(output);
      double[] teacher = Values.of(target);
      int rows = student.length / classes;
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        double[] q = logSoftmax(student, row * classes, classes, temperature);
        double[] p = logSoftmax(teacher, row * classes, classes, temperature);
        for (int c = 0; c < classes; c++) {
          sum += Math.exp(p[c]) * (p[c] - q[c]);
          student[row * classes + c] = temperature * (Math.exp(q[c]) - Math.exp(p[c])) / rows;
        }
      }
      return value(temperature * temperature * sum / rows, output, student);
    };
  }

  /**
   * {@code 1 − cos(output, target)} of the rows of [N, width], the mean over the batch, {@code
   * torch.nn.CosineEmbeddingLoss} for pairs that belong together.
   */
  public static Loss cosine() {
    return (output, target) -> {
      requireShape(output, target);
      int width = output.shape().dim(-1);
      double[] x = Values.of(output);
      double[] y = Values.of(target);
      int rows = x.length / width;
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += 1 - cosineOfRow(x, y, row * width, width, rows);
      }
      return value(sum / rows, output, x);
    };
  }

  /** The cosine of a row, which is replaced by its gradient; lengths count as √1e-12 at least. */
  private static double cosineOfRow(double[] x, double[] y, int from, int width, int rows) {
    double product = 0;
    double xx = 1e-12;
    double yy = 1e-12;
    for (int i = from; i < from + width; i++) {
      product += x[i] * y[i];
      xx += x[i] * x[i];
      yy += y[i] * y[i];
    }
    double lengths = Math.sqrt(xx * yy);
    double cosine = product / lengths;
    for (int i = from; i < from + width; i++) {
      x[i] = -(y[i] / lengths - cosine * x[i] / xx) / rows;
    }
    return cosine;
  }

  static double[] logSoftmax(double[] v, int from, int size, double temperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, v[from + i] / temperature);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.exp(v[from + i] / temperature - max);
    }
    double[] out = new double[size];
    for (int i = 0; i < size; i++) {
      out[i] = v[from + i] / temperature - max - Math.log(sum);
    }
    return out;
  }

  static Loss.Value value(double value, Tensor output, double[] gradient) {
    return new Loss.Value(value, Values.tensor(output.dtype(), output.shape(), gradient));
  }

  private static void requireShape(Tensor output, Tensor target) {
    Shape shape = output.shape();
    if (!shape.equals(target.shape()) || shape.numel() == 0) {
      throw new TrainingException(
          "Cannot compare output "
              + output.description()
              + " with target "
              + target.description()
              + ", expected one shape with elements");
    }
  }
}
