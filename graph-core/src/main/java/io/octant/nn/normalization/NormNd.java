package io.octant.nn.normalization;

import io.octant.OctantException;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Normalization.Statistics;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What batch and instance normalization share: parameters {@code weight} and {@code bias}, buffers
 * {@code running_mean}, {@code running_var} and {@code num_batches_tracked}.
 */
public abstract class NormNd extends UnaryModule implements Initialization.Resettable {
  private final BatchNormSettings settings;

  NormNd(BatchNormSettings settings) {
    this.settings = settings;
    reset();
  }

  private void reset() {
    int n = settings.numFeatures();
    if (settings.affine()) {
      setParameter("weight", Initialization.constant(1, n));
      setParameter("bias", Initialization.constant(0, n));
    }
    if (settings.trackRunningStats()) {
      setBuffer("running_mean", Initialization.constant(0, n));
      setBuffer("running_var", Initialization.constant(1, n));
      setBuffer("num_batches_tracked", Tensor.scalar(0L));
    }
  }

  @Override
  public void resetParameters(Random random) {
    reset();
  }

  /** The hyperparameters. */
  public final BatchNormSettings settings() {
    return settings;
  }

  /** Running statistics, null if there are none. */
  final @Nullable Statistics runningStatistics() {
    Tensor mean = findTensor("running_mean");
    Tensor variance = findTensor("running_var");
    return mean == null || variance == null
        ? null
        : new Statistics(Values.of(mean), Values.of(variance), 0);
  }

  /**
   * Moves the running statistics towards those of a batch.
   *
   * @param factor weight of the batch
   */
  final void track(Statistics batch, double factor) {
    double[] mean = Values.of(tensor("running_mean"));
    double[] variance = Values.of(tensor("running_var"));
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (1 - factor) * mean[c] + factor * batch.mean()[c];
      variance[c] = (1 - factor) * variance[c] + factor * batch.unbiased(c);
    }
    setBuffer("running_mean", Values.tensor(DType.FLOAT32, Shape.of(mean.length), mean));
    setBuffer("running_var", Values.tensor(DType.FLOAT32, Shape.of(mean.length), variance));
  }

  final void requireRank(Tensor input, int... ranks) {
    for (int rank : ranks) {
      if (input.shape().rank() == rank) {
        return;
      }
    }
    throw new OctantException(
        "Cannot apply "
            + type()
            + " to "
            + input.description()
            + ", expected rank "
            + java.util.Arrays.toString(ranks));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "num_features",
        settings.numFeatures(),
        "eps",
        settings.eps(),
        "momentum",
        settings.momentum(),
        "affine",
        settings.affine(),
        "track_running_stats",
        settings.trackRunningStats());
  }
}
