package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.qconfig.QuantType;
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
    GraphModule traced = new Tracer(leaves(custom)).trace(model);
    for (Node node : traced.graph()) {
      if (node.operation() instanceof Operation.CallModule m) {
        Module child = traced.moduleOf(node);
        StandaloneModuleConfig config = custom.standaloneModuleNames().get(m.target());
        config = config != null ? config : custom.standaloneModuleClasses().get(child.type());
        if (config != null && !(child instanceof GraphModule)) {
          traced.setModule(m.target(), standalone(child, config));
        }
      }
    }
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

  /** The child's graph under the child's type, so that it is still found by class. */
  private static GraphModule standalone(Module child, StandaloneModuleConfig config) {
    GraphModule graph =
        trace(child, config.prepareCustomConfig().orElse(PrepareCustomConfig.empty()));
    GraphModule out = new GraphModule(graph.graph(), graph.operators(), child.type());
    graph.children().forEach(out::setChild);
    graph.parameters().forEach(out::setParameter);
    graph.buffers().forEach(out::setBuffer);
    graph.attributes().forEach(out::setAttribute);
    out.train(child.isTraining());
    return out;
  }
}
