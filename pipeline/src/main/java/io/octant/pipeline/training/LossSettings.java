package io.octant.pipeline.training;

import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.training.CrossEntropy;
import io.octant.training.Loss;
import io.octant.training.Losses;
import java.io.Serializable;
import java.util.List;

/**
 * What training makes small.
 *
 * @param labels whether cross entropy with the labels is part of it
 * @param labelSmoothing share of each target that goes to all classes
 * @param classWeights one a class; empty for 1
 * @param ignored a label that does not count; −100 is none, as in PyTorch
 * @param teacher how the output is held to that of the float model
 * @param teacherWeight what that counts for beside the labels; 0 leaves it out
 * @param temperature of {@link Teacher#KL}
 */
public record LossSettings(
    boolean labels,
    double labelSmoothing,
    List<Double> classWeights,
    long ignored,
    Teacher teacher,
    double teacherWeight,
    double temperature)
    implements Serializable {
  /** The label that PyTorch ignores. */
  public static final long NONE_IGNORED = -100;

  /** Distances from the float model's output. */
  public enum Teacher {
    /** Kullback-Leibler divergence of the classes. */
    KL,
    /** Mean squared difference. */
    MSE,
    /** One minus the cosine of each row, for embeddings. */
    COSINE
  }

  public LossSettings {
    classWeights = List.copyOf(classWeights);
  }

  /** Cross entropy, beside the divergence from the float model, which counts as much. */
  public static LossSettings standard() {
    return new LossSettings(true, 0, List.of(), NONE_IGNORED, Teacher.KL, 1, 1);
  }

  /** The same without labels or without the float model. */
  public LossSettings with(boolean newLabels, double newTeacherWeight) {
    return new LossSettings(
        newLabels, labelSmoothing, classWeights, ignored, teacher, newTeacherWeight, temperature);
  }

  /** Whether a label that is no class may stand in the data. */
  public boolean ignoresLabels() {
    return ignored != NONE_IGNORED;
  }

  /** The loss by labels; nothing is one without them. */
  Loss byLabels() {
    if (!labels) {
      return (output, target) ->
          new Loss.Value(
              0, Values.tensor(output.dtype(), output.shape(), new double[output.numel()]));
    }
    CrossEntropy loss = Losses.crossEntropy().withLabelSmoothing(labelSmoothing);
    if (!classWeights.isEmpty()) {
      double[] weights = classWeights.stream().mapToDouble(Double::doubleValue).toArray();
      loss = loss.withWeights(Values.tensor(DType.FLOAT64, Shape.of(weights.length), weights));
    }
    return loss.withIgnoreIndex(ignored);
  }

  Loss byTeacher() {
    return switch (teacher) {
      case KL -> Losses.distillation(temperature);
      case MSE -> Losses.mse();
      case COSINE -> Losses.cosine();
    };
  }
}
