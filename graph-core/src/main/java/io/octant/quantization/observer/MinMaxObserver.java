package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;
import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;

/**
 * Smallest and largest value ever seen. NaN and infinities count, as in PyTorch: the scale becomes
 * NaN or infinite, which a warning of {@link #calculateQParams} says. Independent of order.
 */
@TorchType("torch.ao.quantization.MinMaxObserver")
public final class MinMaxObserver extends UniformObserver implements TensorObserver {
  MinMaxObserver(KeywordArguments args) {
    super(refuseReducedSymmetric(args, readPerTensor(args)));
    remember(Tensor.scalar(Float.POSITIVE_INFINITY), Tensor.scalar(Float.NEGATIVE_INFINITY));
  }

  @Override
  public void observe(Tensor x) {
    float[] values = Extrema.floats(x);
    widen(Extrema.min(values), Extrema.max(values));
  }

  @Override
  public void merge(TensorStatistics statistics) {
    widen(statistics.min(), statistics.max());
  }

  private void widen(float low, float high) {
    remember(Tensor.scalar(Math.min(min()[0], low)), Tensor.scalar(Math.max(max()[0], high)));
  }
}
