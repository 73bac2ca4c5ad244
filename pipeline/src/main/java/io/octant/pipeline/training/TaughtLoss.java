package io.octant.pipeline.training;

import io.octant.tensor.Tensor;
import io.octant.training.Loss;
import org.jspecify.annotations.Nullable;

/**
 * The loss by labels and that by the float model, whose output is told before each batch. Not
 * thread-safe.
 */
final class TaughtLoss implements Loss {
  private final Loss byLabels;
  private final Loss byTeacher;
  private final double weight;
  private @Nullable Tensor taught;

  TaughtLoss(LossSettings settings) {
    byLabels = settings.byLabels();
    byTeacher = settings.byTeacher();
    weight = settings.teacherWeight();
  }

  /**
   * Says what the float model makes of the next batch.
   *
   * @param output null if it takes no part
   */
  void teach(@Nullable Tensor output) {
    taught = output;
  }

  @Override
  public Value of(Tensor output, Tensor target) {
    Value value = byLabels.of(output, target);
    return taught == null ? value : value.plus(weight, byTeacher.of(output, taught));
  }

  @Override
  public double weight(Tensor target) {
    return byLabels.weight(target);
  }
}
