package io.octant.quantization.equalization;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.tensor.DType;
import java.util.Map;

/** Watches the input channels of a weight; PyTorch's {@code _WeightEqualizationObserver}. */
@TorchType(WeightEqualizationObserver.TYPE)
public final class WeightEqualizationObserver extends EqualizationObserver {
  static final String TYPE = "torch.ao.quantization.fx._equalize._WeightEqualizationObserver";

  WeightEqualizationObserver(KeywordArguments args) {
    super(args, DType.QINT8, "weight_col_obs");
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("ch_axis", 1L);
    return out;
  }
}
