package io.octant.quantization.observer;

import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/** Does nothing; only its dtype (float16 unless told) is of use. */
@TorchType("torch.ao.quantization.NoopObserver")
public final class NoopObserver extends ParameterlessObserver {
  private final String customOp;

  NoopObserver(KeywordArguments args) {
    super(args.dtype("dtype", DType.FLOAT16));
    customOp = args.text("custom_op_name", "");
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("is_dynamic", false);
    out.put("custom_op", customOp);
    return out;
  }
}
