package io.octant.pipeline.training;

import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.training.Clipping;
import io.octant.training.Loss;
import io.octant.training.Trainer;
import java.io.Serializable;

/**
 * How a model is trained. Equal settings on equal samples train the same bytes.
 *
 * @param epochs passes over the samples
 * @param batch samples of a step
 * @param microBatch samples that run together, on one core: batch norms see these
 * @param seed of the order of samples
 * @param qat when rounding begins, and ranges and statistics stand still, by step
 * @param clipping the largest Euclidean norm of all gradients together; 0 for any
 */
public record TrainingSettings(
    int epochs,
    int batch,
    int microBatch,
    long seed,
    OptimizerSettings optimizer,
    ScheduleSettings schedule,
    LossSettings loss,
    QatSettings qat,
    double clipping)
    implements Serializable {
  public TrainingSettings {
    if (epochs < 1 || microBatch < 1 || batch < 1 || batch % microBatch != 0) {
      throw new OctantException(
          "Cannot train "
              + epochs
              + " epochs in batches of "
              + batch
              + " and micro-batches of "
              + microBatch
              + ", expected 1 or more of each and a batch of whole micro-batches");
    }
  }

  /** One epoch in batches of 64 and micro-batches of 32, all else as it stands by default. */
  public static TrainingSettings of(OptimizerSettings optimizer) {
    return new TrainingSettings(
        1,
        64,
        32,
        0,
        optimizer,
        ScheduleSettings.constant(),
        LossSettings.standard(),
        QatSettings.none(),
        0);
  }

  /** With other numbers of epochs and samples. */
  public TrainingSettings withBatches(int newEpochs, int newBatch, int newMicroBatch) {
    return new TrainingSettings(
        newEpochs, newBatch, newMicroBatch, seed, optimizer, schedule, loss, qat, clipping);
  }

  /** With another loss. */
  public TrainingSettings withLoss(LossSettings newLoss) {
    return new TrainingSettings(
        epochs, batch, microBatch, seed, optimizer, schedule, newLoss, qat, clipping);
  }

  /** With another course of the learning rate. */
  public TrainingSettings withSchedule(ScheduleSettings newSchedule) {
    return new TrainingSettings(
        epochs, batch, microBatch, seed, optimizer, newSchedule, loss, qat, clipping);
  }

  /** With rounding, ranges and statistics that start or stop at a step. */
  public TrainingSettings withQat(QatSettings newQat) {
    return new TrainingSettings(
        epochs, batch, microBatch, seed, optimizer, schedule, loss, newQat, clipping);
  }

  /** With another order of the samples. */
  public TrainingSettings withSeed(long newSeed) {
    return new TrainingSettings(
        epochs, batch, microBatch, newSeed, optimizer, schedule, loss, qat, clipping);
  }

  /** Whether the float model takes part. */
  public boolean hasTeacher() {
    return loss.teacherWeight() > 0;
  }

  /**
   * The trainer of a prepared model.
   *
   * @param by the loss, of which executors alone make use
   * @param steps of the whole training
   */
  Trainer trainer(GraphModule model, Loss by, long steps) {
    Trainer trainer =
        new Trainer(model, by, optimizer.optimizer(model))
            .withSchedule(schedule.schedule(steps))
            .withQatSchedule(qat.schedule());
    return clipping > 0 ? trainer.withClipping(Clipping.norm(clipping)) : trainer;
  }
}
