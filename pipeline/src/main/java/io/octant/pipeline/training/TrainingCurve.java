package io.octant.pipeline.training;

import io.octant.OctantException;
import io.octant.pipeline.training.EpochEvaluation.Score;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How a training went, epoch by epoch. Kept in checkpoints as one tensor, so that a training that
 * is resumed tells of all its epochs.
 */
public final class TrainingCurve {
  private static final int COLUMNS = 7;

  private final List<Epoch> epochs = new ArrayList<>();

  /**
   * An epoch, or its first steps.
   *
   * @param lossSum of all steps
   * @param learningRate of the last step
   * @param training labelled samples, and those whose label had the largest of the output's
   *     numbers, while training
   * @param evaluation the same of the model that the epoch has left, on evaluation data
   */
  public record Epoch(
      long steps, double lossSum, double learningRate, Score training, Score evaluation) {
    private static final Epoch EMPTY = new Epoch(0, 0, 0, Score.NONE, Score.NONE);

    /** Mean over the steps. */
    public double loss() {
      return lossSum / steps;
    }
  }

  /** Adds a step. */
  void add(long epoch, StepTotals step, double learningRate) {
    if (epoch == epochs.size()) {
      epochs.add(Epoch.EMPTY);
    }
    Epoch before = epochs.get((int) epoch);
    epochs.set(
        (int) epoch,
        new Epoch(
            before.steps() + 1,
            before.lossSum() + step.loss(),
            learningRate,
            new Score(
                before.training().correct() + step.correct(),
                before.training().labelled() + step.labelled()),
            Score.NONE));
  }

  /** Adds what the last epoch's model is worth. */
  void evaluated(Score score) {
    int last = epochs.size() - 1;
    Epoch of = epochs.get(last);
    epochs.set(last, new Epoch(of.steps(), of.lossSum(), of.learningRate(), of.training(), score));
  }

  /** The epochs so far. */
  public List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  Tensor tensor() {
    double[] out = new double[epochs.size() * COLUMNS];
    for (int e = 0; e < epochs.size(); e++) {
      Epoch epoch = epochs.get(e);
      out[e * COLUMNS] = epoch.steps();
      out[e * COLUMNS + 1] = epoch.lossSum();
      out[e * COLUMNS + 2] = epoch.learningRate();
      out[e * COLUMNS + 3] = epoch.training().correct();
      out[e * COLUMNS + 4] = epoch.training().labelled();
      out[e * COLUMNS + 5] = epoch.evaluation().correct();
      out[e * COLUMNS + 6] = epoch.evaluation().labelled();
    }
    return Tensor.of(DType.FLOAT64, Shape.of(epochs.size(), COLUMNS), out);
  }

  /** A curve of as many columns; of others it cannot be told what they are. */
  static TrainingCurve of(Tensor tensor) {
    if (tensor.shape().rank() != 2 || tensor.shape().dim(1) != COLUMNS) {
      throw new OctantException(
          "Cannot read a training curve: shape %s, expected %d columns"
              .formatted(tensor.shape(), COLUMNS));
    }
    TrainingCurve out = new TrainingCurve();
    double[] all = tensor.doubles();
    for (int at = 0; at < all.length; at += COLUMNS) {
      out.epochs.add(
          new Epoch(
              (long) all[at],
              all[at + 1],
              all[at + 2],
              new Score((long) all[at + 3], (long) all[at + 4]),
              new Score((long) all[at + 5], (long) all[at + 6])));
    }
    return out;
  }
}
