package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;
import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns nothing: scale and zero point are given, for operators with a fixed range of outputs such
 * as sigmoid (1/256, 0) and tanh (2/256, 128).
 */
@TorchType("torch.ao.quantization.FixedQParamsObserver")
public final class FixedQParamsObserver extends ActivationPostProcess implements TensorObserver {
  private final QScheme qscheme;
  private final QRange range;

  FixedQParamsObserver(KeywordArguments args) {
    super(args.dtype("dtype", DType.QUINT8));
    if (!args.has("scale") || !args.has("zero_point")) {
      throw args.refusal("no scale or zero_point", "both");
    }
    if (args.flag("is_dynamic", false)) {
      throw args.refusal("is_dynamic=true", "a static observer");
    }
    qscheme = args.qscheme("qscheme", QScheme.PER_TENSOR_AFFINE);
    range = new QRange(args.integer("quant_min", 0), args.integer("quant_max", 255));
    setBuffer("scale", Tensor.of(new float[] {(float) args.number("scale", 1)}, 1));
    setBuffer(
        "zero_point",
        Tensor.of(
            DType.INT32, io.octant.tensor.Shape.of(1), new int[] {args.integer("zero_point", 0)}));
  }

  @Override
  public QScheme qscheme() {
    return qscheme;
  }

  @Override
  public Optional<QRange> range() {
    return Optional.of(range);
  }

  @Override
  public void observe(Tensor x) {
    // The parameters are fixed.
  }

  @Override
  public void merge(TensorStatistics statistics) {
    // The parameters are fixed.
  }

  @Override
  public CalculatedQParams calculateQParams() {
    return new CalculatedQParams(tensor("scale"), tensor("zero_point"), List.of());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("is_dynamic", false);
    out.put("quant_min", (long) range.min());
    out.put("quant_max", (long) range.max());
    out.put("qscheme", qscheme);
    return out;
  }
}
