package io.octant.quantization.equalization;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.ObserverException;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;

/** Watches the channels of a layer's input; PyTorch's {@code _InputEqualizationObserver}. */
@TorchType(InputEqualizationObserver.TYPE)
public final class InputEqualizationObserver extends EqualizationObserver {
  static final String TYPE = "torch.ao.quantization.fx._equalize._InputEqualizationObserver";

  InputEqualizationObserver(KeywordArguments args) {
    super(args, DType.QUINT8, "input_obs");
    if (qscheme().isPerChannel()) {
      throw new ObserverException(
          "Cannot make " + TYPE + ": qscheme=" + qscheme() + ", Input qscheme must be per-tensor");
    }
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("equalization_shape", List.of());
    return out;
  }
}
