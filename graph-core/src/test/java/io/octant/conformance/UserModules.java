package io.octant.conformance;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.nn.quantized.StaticLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.quantization.custom.CustomModuleContext;
import io.octant.quantization.custom.CustomModuleFactory;
import io.octant.quantization.custom.CustomModuleProvider;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The custom module classes {@code user.Custom…} that recorded cases define: a linear in a module,
 * the same observed, and the same on quantized tensors with the parameters of its output observer.
 */
public final class UserModules implements CustomModuleProvider {
  private static final ModuleType OBSERVED = new ModuleType("user.CustomObserved");
  private static final ModuleType QUANTIZED = new ModuleType("user.CustomQuantized");

  @Override
  public Map<ModuleType, CustomModuleFactory> fromFloat() {
    return Map.of(OBSERVED, (source, context) -> as(OBSERVED, source));
  }

  @Override
  public Map<ModuleType, CustomModuleFactory> fromObserved() {
    return Map.of(QUANTIZED, UserModules::quantized);
  }

  private static Module quantized(Module source, CustomModuleContext context) {
    GraphModule out = as(QUANTIZED, source);
    Module linear = source.module("linear");
    Tensor weight = linear.tensor("weight");
    ActivationPostProcess observer = context.qconfig().weight().create();
    observer.evaluate(List.of(weight), Map.of());
    CalculatedQParams q = observer.calculateQParams();
    ReferenceModule reference =
        ReferenceModule.of(
            linear,
            new WeightQParams(
                observer.dtype(),
                QScheme.PER_CHANNEL_AFFINE,
                q.scale(),
                q.zeroPoint(),
                0,
                observer.range().orElseThrow()),
            ReferenceModule.Form.QUANTIZED_TENSORS);
    out.setChild(
        "linear",
        new StaticLowering(context.engine())
            .lower(reference, context.outputObserver().orElseThrow().qparams()));
    return out;
  }

  private static GraphModule as(ModuleType type, Module source) {
    GraphModule graph = (GraphModule) source.copy();
    GraphModule out = new GraphModule(graph.graph(), graph.operators(), type);
    graph.children().forEach(out::setChild);
    return out;
  }
}
