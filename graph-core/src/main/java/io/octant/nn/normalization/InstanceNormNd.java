package io.octant.nn.normalization;

import io.octant.reference.kernel.Normalization;
import io.octant.reference.kernel.Normalization.Statistics;
import io.octant.tensor.Tensor;

/**
 * Instance normalization: each channel of each sample is normalized with its own statistics, or
 * with running ones in evaluation if they are tracked.
 */
public abstract class InstanceNormNd extends NormNd {
  private final int rank;

  InstanceNormNd(BatchNormSettings settings, int rank) {
    super(settings);
    this.rank = rank;
  }

  @Override
  public Tensor forward(Tensor input) {
    requireRank(input, rank - 1, rank);
    Tensor x =
        input.shape().rank() == rank
            ? input
            : io.octant.reference.kernel.Shapes.unsqueeze(input, 0);
    return normalize(x).reshape(input.shape());
  }

  private Tensor normalize(Tensor x) {
    Statistics running = runningStatistics();
    if (running != null && !isTraining()) {
      return Normalization.batchNorm(
          x, running, findTensor("weight"), findTensor("bias"), settings().eps());
    }
    if (running != null) {
      Double momentum = settings().momentum();
      track(
          meanOverSamples(x),
          momentum == null ? 0 : momentum); // as PyTorch, batches are not counted
    }
    return Normalization.groupNorm(
        x, x.shape().dim(1), findTensor("weight"), findTensor("bias"), settings().eps());
  }

  /** Statistics of each channel, averaged over the samples. */
  private static Statistics meanOverSamples(Tensor x) {
    int samples = x.shape().dim(0);
    int channels = x.shape().dim(1);
    int count = x.numel() / (samples * channels);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    for (int n = 0; n < samples; n++) {
      Statistics one =
          Normalization.batchStatistics(io.octant.reference.kernel.Shapes.narrow(x, 0, n, 1));
      for (int c = 0; c < channels; c++) {
        mean[c] += one.mean()[c] / samples;
        variance[c] += one.variance()[c] / samples;
      }
    }
    return new Statistics(mean, variance, count);
  }
}
