package io.octant.onnx.operator;

import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer with a weight and perhaps a bias, gathered before it is emitted. A weight that the file
 * holds quantized makes the layer its quantized reference module.
 *
 * @param layer PyTorch class name without its package
 * @param hyper settings under PyTorch's names
 * @param weight null for a layer without one
 */
record Weighted(
    String layer,
    Map<String, Object> hyper,
    @Nullable WeightValue weight,
    @Nullable Tensor bias,
    Map<String, String> onnxNames) {

  /** A layer whose weight and bias stand at the given inputs; a negative index is none. */
  static Weighted of(
      String layer,
      Map<String, Object> hyper,
      @Nullable WeightValue weight,
      @Nullable Tensor bias,
      Inputs in,
      int weightInput,
      int biasInput) {
    Map<String, String> names = new LinkedHashMap<>();
    if (weightInput >= 0 && in.has(weightInput)) {
      names.put("weight", in.name(weightInput));
    }
    if (biasInput >= 0 && in.has(biasInput)) {
      names.put("bias", in.name(biasInput));
    }
    return new Weighted(layer, hyper, weight, bias, names);
  }

  Value emit(Value input, ImportGraph graph) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    WeightValue w = weight;
    if (w != null) {
      tensors.put("weight", w.value());
    }
    if (bias != null) {
      tensors.put("bias", bias);
    }
    return graph.weighted(
        "torch.nn." + layer, hyper, tensors, w == null ? null : w.quantized(), onnxNames, input);
  }
}
