package io.octant.quantization.observer;

import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks for the observer of the operator's input instead of one of its own; prepare takes it out of
 * the graph.
 */
@TorchType("torch.ao.quantization.ReuseInputObserver")
public final class ReuseInputObserver extends ParameterlessObserver {
  ReuseInputObserver(KeywordArguments args) {
    super(DType.QUINT8);
    args.requireAllRead();
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("is_dynamic", false);
    return out;
  }
}
