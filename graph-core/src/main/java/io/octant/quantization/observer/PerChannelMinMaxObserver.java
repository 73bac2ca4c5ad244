package io.octant.quantization.observer;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import java.util.Map;

/**
 * Smallest and largest value of each channel ever seen. NaN and infinities count as in {@link
 * MinMaxObserver}. Independent of order.
 */
@TorchType("torch.ao.quantization.PerChannelMinMaxObserver")
public final class PerChannelMinMaxObserver extends UniformObserver {
  private final int channelAxis;

  PerChannelMinMaxObserver(KeywordArguments args) {
    super(readPerChannel(args));
    channelAxis = args.integer("ch_axis", 0);
    remember(Tensor.of(new float[0], 0), Tensor.of(new float[0], 0));
  }

  @Override
  public int channelAxis() {
    return channelAxis;
  }

  @Override
  public void observe(Tensor x) {
    if (x.numel() == 0) {
      return;
    }
    float[][] seen = Extrema.ofChannels(x, channelAxis);
    float[] min = seen[0];
    float[] max = seen[1];
    if (min().length > 0) {
      Extrema.requireChannels(min().length, min.length);
      for (int c = 0; c < min.length; c++) {
        min[c] = Math.min(min[c], min()[c]);
        max[c] = Math.max(max[c], max()[c]);
      }
    }
    remember(Tensor.of(min, min.length), Tensor.of(max, max.length));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("ch_axis", (long) channelAxis);
    return out;
  }
}
