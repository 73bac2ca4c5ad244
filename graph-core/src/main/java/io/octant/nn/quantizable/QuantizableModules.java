package io.octant.nn.quantizable;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.quantization.custom.CustomModuleFactory;
import io.octant.quantization.custom.CustomModuleProvider;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Map;

/** The modules of this package as custom modules: from float to observed to quantized. */
public final class QuantizableModules implements CustomModuleProvider {
  private static final QuantizedEngine ENGINE = QuantizedEngine.X86;

  @Override
  public Map<ModuleType, CustomModuleFactory> fromFloat() {
    return Map.of(
        Lstm.OBSERVED, (source, qconfig) -> Lstm.observe(source, qconfig.activation()),
        MultiheadAttention.OBSERVED,
            (source, qconfig) -> MultiheadAttention.observe(source, qconfig.activation()));
  }

  @Override
  public Map<ModuleType, CustomModuleFactory> fromObserved() {
    return Map.of(
        Lstm.QUANTIZED,
            (source, qconfig) -> expect(source, Lstm.class).quantize(qconfig.weight(), ENGINE),
        MultiheadAttention.QUANTIZED,
            (source, qconfig) ->
                expect(source, MultiheadAttention.class).quantize(qconfig.weight(), ENGINE));
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
