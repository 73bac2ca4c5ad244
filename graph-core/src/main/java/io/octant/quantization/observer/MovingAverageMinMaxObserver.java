package io.octant.quantization.observer;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exponential moving average of the extrema of each tensor: {@code m += c · (current − m)} in
 * float32, the first tensor setting them. Depends on the order of tensors.
 */
@TorchType("torch.ao.quantization.MovingAverageMinMaxObserver")
public final class MovingAverageMinMaxObserver extends UniformObserver
    implements MovingAverageObserver {
  private final Number averagingConstant;

  MovingAverageMinMaxObserver(KeywordArguments args) {
    super(refuseReducedSymmetric(args, readPerTensor(args)));
    averagingConstant = args.givenNumber("averaging_constant", 0.01);
    if (isDynamic() && averagingConstant.doubleValue() != 1) {
      throw args.refusal("is_dynamic=true with averaging_constant=" + averagingConstant, "1");
    }
    remember(Tensor.scalar(Float.POSITIVE_INFINITY), Tensor.scalar(Float.NEGATIVE_INFINITY));
  }

  @Override
  public double averagingConstant() {
    return averagingConstant.doubleValue();
  }

  @Override
  public void observe(Tensor x) {
    if (x.numel() > 0) {
      float[] values = Extrema.floats(x);
      fold(Extrema.min(values), Extrema.max(values));
    }
  }

  @Override
  public void observeFused(Tensor x) {
    if (x.numel() > 0) {
      float[] values = Extrema.floats(x);
      float c = averagingConstant.floatValue();
      remember(
          Tensor.scalar(MovingAverageObserver.restarting(min()[0], Extrema.min(values), c)),
          Tensor.scalar(MovingAverageObserver.restarting(max()[0], Extrema.max(values), c)));
    }
  }

  /**
   * Takes in the extrema of one batch. Folding those of all batches in the order of their ids
   * equals observing the batches one after another.
   */
  public void fold(float low, float high) {
    float c = averagingConstant.floatValue();
    float min = min()[0];
    float max = max()[0];
    boolean first = min == Float.POSITIVE_INFINITY && max == Float.NEGATIVE_INFINITY;
    remember(
        Tensor.scalar(first ? low : min + c * (low - min)),
        Tensor.scalar(first ? high : max + c * (high - max)));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("averaging_constant", averagingConstant);
    out.putAll(super.hyperparameters());
    return out;
  }
}
