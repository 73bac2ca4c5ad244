package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.qconfig.QuantType;
import io.octant.tensor.Tensor;
import io.octant.trace.LeafRule;
import io.octant.trace.Tracer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Traces a model for quantization: modules that are not to be looked into, custom modules and
 * standalone modules are called as one unit, and standalone modules are traced by themselves.
 * {@code QuantizationTracer} with the skipped names and classes of {@code prepare_fx}.
 */
public final class ModelTracing {
  private ModelTracing() {}

  /**
   * Traces a model; the model is not changed.
   *
   * @throws io.octant.trace.TraceException if the model cannot be traced
   */
  public static GraphModule trace(Module model, PrepareCustomConfig custom) {
    return traceAs(Module.typeOf(GraphModule.class), model, custom);
  }

  private static GraphModule traceAs(ModuleType type, Module model, PrepareCustomConfig custom) {
    GraphModule traced = new Tracer(leaves(custom)).traceAs(type, model);
    for (Node node : traced.graph()) {
      if (node.operation() instanceof Operation.CallModule m) {
        Module child = traced.moduleOf(node);
        StandaloneModuleConfig config = custom.standaloneModuleNames().get(m.target());
        config = config != null ? config : custom.standaloneModuleClasses().get(child.type());
        if (config != null && !(child instanceof GraphModule)) {
          PrepareCustomConfig own =
              config.prepareCustomConfig().orElse(PrepareCustomConfig.empty());
          // the graph keeps the child's type, so that it is still found by class
          traced.setModule(m.target(), traceAs(child.type(), child, own));
        }
      }
    }
    custom.preservedAttributes().forEach(name -> preserve(model, name, traced));
    return traced;
  }

  private static LeafRule leaves(PrepareCustomConfig custom) {
    Set<String> names = new HashSet<>(custom.nonTraceableModuleNames());
    names.addAll(custom.standaloneModuleNames().keySet());
    Set<ModuleType> types = new HashSet<>(custom.nonTraceableModuleClasses());
    types.addAll(custom.standaloneModuleClasses().keySet());
    types.addAll(custom.floatToObserved().getOrDefault(QuantType.STATIC, Map.of()).keySet());
    return LeafRule.skipping(names, types);
  }

  private static void preserve(Module model, String name, GraphModule to) {
    Object value = model.findAttribute(name);
    if (value instanceof Module child) {
      to.setChild(name, child);
    } else if (value instanceof Tensor t && model.parameters().containsKey(name)) {
      to.setParameter(name, t);
    } else if (value instanceof Tensor t && model.buffers().containsKey(name)) {
      to.setBuffer(name, t);
    } else if (value != null) {
      to.setAttribute(name, value);
    }
  }
}
