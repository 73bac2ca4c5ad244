package io.octant.quantization.observer;

import io.octant.graph.None;
import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes a configuration on: the dtype of float16 quantization, or the target of dynamic
 * quantization. PyTorch's deprecated {@code compute_dtype} is read and without effect, as there.
 */
@TorchType("torch.ao.quantization.PlaceholderObserver")
public final class PlaceholderObserver extends ParameterlessObserver {
  private final String customOp;
  private final QScheme qscheme;
  private final @Nullable QRange range;
  private final double eps;
  private final boolean dynamic;

  PlaceholderObserver(KeywordArguments args) {
    super(args.dtype("dtype", DType.FLOAT32));
    customOp = args.text("custom_op_name", "");
    args.dtype("compute_dtype", DType.FLOAT32);
    Integer low = args.findInteger("quant_min");
    Integer high = args.findInteger("quant_max");
    range = low != null && high != null ? new QRange(low, high) : null;
    qscheme = args.qscheme("qscheme", QScheme.PER_TENSOR_AFFINE);
    eps = args.number("eps", DEFAULT_EPS);
    dynamic = args.flag("is_dynamic", false);
  }

  @Override
  public QScheme qscheme() {
    return qscheme;
  }

  @Override
  public Optional<QRange> range() {
    return Optional.ofNullable(range);
  }

  @Override
  public double eps() {
    return eps;
  }

  @Override
  public boolean isDynamic() {
    return dynamic;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("is_dynamic", dynamic);
    out.put("qscheme", qscheme);
    out.put("quant_min", range == null ? None.NONE : (Object) (long) range.min());
    out.put("quant_max", range == null ? None.NONE : (Object) (long) range.max());
    out.put("eps", eps);
    out.put("custom_op", customOp);
    return out;
  }
}
