package io.octant.nn.quantizable;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.quantization.custom.CustomModuleFactory;
import io.octant.quantization.custom.CustomModuleProvider;
import java.util.Map;

/** The modules of this package as custom modules: from float to observed to quantized. */
public final class QuantizableModules implements CustomModuleProvider {
  @Override
  public Map<ModuleType, CustomModuleFactory> fromFloat() {
    return Map.of(
        Lstm.OBSERVED, (source, context) -> Lstm.observe(source, context.qconfig().activation()),
        MultiheadAttention.OBSERVED,
            (source, context) ->
                MultiheadAttention.observe(source, context.qconfig().activation()));
  }

  @Override
  public Map<ModuleType, CustomModuleFactory> fromObserved() {
    return Map.of(
        Lstm.QUANTIZED,
            (source, context) ->
                expect(source, Lstm.class).quantize(context.qconfig().weight(), context.engine()),
        MultiheadAttention.QUANTIZED,
            (source, context) ->
                expect(source, MultiheadAttention.class)
                    .quantize(context.qconfig().weight(), context.engine()));
  }

  private static <M extends Module> M expect(Module source, Class<M> type) {
    if (type.isInstance(source)) {
      return type.cast(source);
    }
    throw new OctantException(
        "Cannot quantize module: "
            + source.type()
            + ", expected an observed "
            + type.getSimpleName());
  }
}
