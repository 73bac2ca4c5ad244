package io.octant.nn.state;

import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rebuilds reference modules: the float module, and the quantization of every weight. */
final class ReferenceStates {
  private ReferenceStates() {}

  static ReferenceModule restore(ModuleState state) {
    Module floatModule =
        ModuleRestorer.floatModule(
            "torch.nn." + state.shortType(), state.hyper(), state.parameters(), Map.of());
    NamedValues hyper = state.settings();
    ReferenceModule.Form form =
        hyper.flag("is_decomposed")
            ? ReferenceModule.Form.DECOMPOSED
            : ReferenceModule.Form.QUANTIZED_TENSORS;
    if (hyper.has("weight_dtype")) {
      return ReferenceModule.of(floatModule, qparams(state, "weight"), form);
    }
    Map<String, WeightQParams> weights = new LinkedHashMap<>();
    for (String name : state.parameters().keySet()) {
      if (name.startsWith("weight_")) {
        weights.put(name, qparams(state, name));
      }
    }
    return ReferenceModule.recurrent(floatModule, weights, form);
  }

  private static WeightQParams qparams(ModuleState state, String weight) {
    NamedValues hyper = state.settings();
    DType dtype = hyper.dtype(weight + "_dtype");
    if (hyper.isNone(weight + "_qscheme")) {
      return WeightQParams.ofFloat(dtype);
    }
    Map<String, Tensor> buffers = state.buffers();
    NamedValues tensors = new NamedValues(state.type(), buffers);
    boolean ranged = hyper.has(weight + "_quant_min") && !hyper.isNone(weight + "_quant_min");
    return new WeightQParams(
        dtype,
        (QScheme) state.hyper().getOrDefault(weight + "_qscheme", None.NONE),
        tensors.tensor(weight + "_scale"),
        tensors.tensor(weight + "_zero_point"),
        hyper.integer(weight + "_axis_int"),
        ranged
            ? new QRange(hyper.integer(weight + "_quant_min"), hyper.integer(weight + "_quant_max"))
            : null);
  }
}
