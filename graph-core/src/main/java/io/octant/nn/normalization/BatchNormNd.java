package io.octant.nn.normalization;

import io.octant.OctantException;
import io.octant.reference.kernel.Normalization;
import io.octant.reference.kernel.Normalization.Statistics;
import io.octant.tensor.Tensor;

/**
 * Batch normalization: each channel is normalized with statistics of the batch in training, with
 * running statistics otherwise. Training moves the running mean and (unbiased) variance.
 */
public abstract class BatchNormNd extends NormNd {
  private final int[] ranks;

  BatchNormNd(BatchNormSettings settings, int... ranks) {
    super(settings);
    this.ranks = ranks;
  }

  @Override
  public Tensor forward(Tensor input) {
    requireRank(input, ranks);
    Statistics running = runningStatistics();
    if (!isTraining() && running != null) {
      return normalize(input, running);
    }
    if (isTraining() && input.numel() == input.shape().dim(1)) {
      throw new OctantException(
          "Cannot apply "
              + type()
              + " to "
              + input.description()
              + " in training, expected more than one value a channel");
    }
    Statistics batch = Normalization.batchStatistics(input);
    if (isTraining()) {
      track(batch);
    }
    return normalize(input, batch);
  }

  /** Moves the running statistics, if there are any, as a call in training on a batch does. */
  public final void track(Statistics batch) {
    if (runningStatistics() != null) {
      long seen = tensor("num_batches_tracked").longAt(0) + 1;
      setBuffer("num_batches_tracked", Tensor.scalar(seen));
      Double momentum = settings().momentum();
      track(batch, momentum == null ? 1.0 / seen : momentum);
    }
  }

  private Tensor normalize(Tensor input, Statistics statistics) {
    return Normalization.batchNorm(
        input, statistics, findTensor("weight"), findTensor("bias"), settings().eps());
  }
}
