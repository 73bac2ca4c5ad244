package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.qat.QatModule;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Replaces weighted modules by those that fake quantize their weight while training. */
final class TrainingModules {
  private TrainingModules() {}

  /** Edits a model: every called module that is configured and has a training form. */
  static void swap(GraphModule model, QConfigMapping mapping, BackendConfig backend) {
    Map<ModuleType, ModuleType> qat = backend.qatModules();
    for (String path : calledModules(model, "")) {
      Module module = model.module(path);
      Optional<QConfig> qconfig = mapping.forModule(module.type(), path).value();
      if (qat.containsKey(module.type()) && qconfig.isPresent()) {
        QatModule trained = QatModule.of(qat.get(module.type()), module, qconfig.get());
        trained.attach(QConfig.class, qconfig.get());
        model.setModule(path, trained);
      }
    }
  }

  /** Paths of called modules, those called by graphs within the graph included. */
  private static Set<String> calledModules(GraphModule model, String prefix) {
    Set<String> out = new LinkedHashSet<>();
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m) {
        out.add(prefix + m.target());
        if (model.moduleOf(node) instanceof GraphModule child) {
          out.addAll(calledModules(child, prefix + m.target() + "."));
        }
      }
    }
    return out;
  }
}
