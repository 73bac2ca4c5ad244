package io.octant.quantization.observer;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import java.util.Map;

/**
 * Exponential moving average of the extrema of each channel, by the rule of {@link
 * MovingAverageMinMaxObserver}. Depends on the order of tensors.
 */
@TorchType("torch.ao.quantization.MovingAveragePerChannelMinMaxObserver")
public final class MovingAveragePerChannelMinMaxObserver extends UniformObserver
    implements MovingAverageObserver {
  private final Number averagingConstant;
  private final int channelAxis;

  MovingAveragePerChannelMinMaxObserver(KeywordArguments args) {
    super(readPerChannel(args));
    averagingConstant = args.givenNumber("averaging_constant", 0.01);
    channelAxis = args.integer("ch_axis", 0);
    remember(Tensor.of(new float[0], 0), Tensor.of(new float[0], 0));
  }

  @Override
  public double averagingConstant() {
    return averagingConstant.doubleValue();
  }

  @Override
  public int channelAxis() {
    return channelAxis;
  }

  @Override
  public void observe(Tensor x) {
    average(x, (average, current, rate) -> average + rate * (current - average));
  }

  @Override
  public void observeFused(Tensor x) {
    average(x, MovingAverageObserver::restarting);
  }

  /** A bound after one more tensor. */
  private interface Step {
    float next(float average, float current, float rate);
  }

  private void average(Tensor x, Step step) {
    if (x.numel() == 0) {
      return;
    }
    float[][] seen = Extrema.ofChannels(x, channelAxis);
    float[] min = seen[0];
    float[] max = seen[1];
    float rate = averagingConstant.floatValue();
    if (min().length > 0) {
      Extrema.requireChannels(min().length, min.length);
      for (int c = 0; c < min.length; c++) {
        min[c] = step.next(min()[c], min[c], rate);
        max[c] = step.next(max()[c], max[c], rate);
      }
    }
    remember(Tensor.of(min, min.length), Tensor.of(max, max.length));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("ch_axis", (long) channelAxis);
    out.put("averaging_constant", averagingConstant);
    return out;
  }
}
