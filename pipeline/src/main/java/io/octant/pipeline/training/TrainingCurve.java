package io.octant.pipeline.training;

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
  private static final int COLUMNS = 5;

  private final List<Epoch> epochs = new ArrayList<>();

  /**
   * An epoch, or its first steps.
   *
   * @param lossSum of all steps
   * @param learningRate of the last step
   * @param correct labelled samples whose label had the largest of the output's numbers, while
   *     training
   */
  public record Epoch(
      long steps, double lossSum, double learningRate, long correct, long labelled) {
    /** Mean over the steps. */
    public double loss() {
      return lossSum / steps;
    }

    /** Share of the labelled samples that got their label while training; NaN without labels. */
    public double accuracy() {
      return (double) correct / labelled;
    }
  }

  /** Adds a step. */
  void add(long epoch, StepTotals step, double learningRate) {
    if (epoch == epochs.size()) {
      epochs.add(new Epoch(0, 0, 0, 0, 0));
    }
    Epoch before = epochs.get((int) epoch);
    epochs.set(
        (int) epoch,
        new Epoch(
            before.steps() + 1,
            before.lossSum() + step.loss(),
            learningRate,
            before.correct() + step.correct(),
            before.labelled() + step.labelled()));
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
      out[e * COLUMNS + 3] = epoch.correct();
      out[e * COLUMNS + 4] = epoch.labelled();
    }
    return Tensor.of(DType.FLOAT64, Shape.of(epochs.size(), COLUMNS), out);
  }

  static TrainingCurve of(Tensor tensor) {
    TrainingCurve out = new TrainingCurve();
    double[] all = tensor.doubles();
    for (int at = 0; at < all.length; at += COLUMNS) {
      out.epochs.add(
          new Epoch(
              (long) all[at], all[at + 1], all[at + 2], (long) all[at + 3], (long) all[at + 4]));
    }
    return out;
  }
}
