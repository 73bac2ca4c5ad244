package io.octant.autograd;

import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.nn.normalization.InstanceNormNd;
import io.octant.nn.shape.Unflatten;
import io.octant.operator.CallForm;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Modules as the functions that they compute: a parameter of the function is an argument of the
 * call, a parameter or buffer of the module, or a hyperparameter, whichever has its name.
 */
final class ModuleCalls {
  private ModuleCalls() {}

  /** The call of a module; null if the operator table has no function for it. */
  static @Nullable Call of(
      Module module, String path, List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> state = new LinkedHashMap<>(module.hyperparameters());
    String type = module.type().name();
    if (module instanceof BatchNormNd || module instanceof InstanceNormNd) {
      boolean ofBatch = module.isTraining() || module.findTensor("running_mean") == null;
      state.put("training", ofBatch);
      state.put("use_input_stats", ofBatch);
      state.put("running_mean", None.NONE);
      state.put("running_var", None.NONE);
    }
    if (module instanceof Unflatten) {
      state.put("sizes", state.get("unflattened_size"));
    }
    if (type.startsWith("torch.nn.Dropout") || type.contains("AlphaDropout")) {
      state.put("training", module.isTraining() && !Double.valueOf(0).equals(state.get("p")));
    }
    module.parameters().keySet().forEach(n -> state.put(n, attribute(path, n)));
    module.buffers().keySet().forEach(n -> state.put(n, attribute(path, n)));
    return of(module.type(), state, args, kwargs);
  }

  private static Attribute attribute(String path, String name) {
    return new Attribute(path + "." + name, false);
  }

  /**
   * The call of a module type with given settings and state.
   *
   * @param state what the function's parameters are by name; others are not read
   */
  static @Nullable Call of(
      ModuleType type, Map<String, Object> state, List<Object> args, Map<String, Object> kwargs) {
    OperatorRow row = Operators.standard().findModule(type.name());
    if (row == null || row.calls().isEmpty()) {
      return null;
    }
    CallForm form = row.calls().get(0);
    String name = form.names().get(0);
    Signature signature = Signature.parse(form.parameters());
    Map<String, Object> given = new LinkedHashMap<>();
    int positional = 0;
    for (Signature.Parameter p : signature.parameters()) {
      if (kwargs.containsKey(p.name())) {
        given.put(p.name(), kwargs.get(p.name()));
      } else if (state.containsKey(p.name())) {
        given.put(p.name(), state.get(p.name()));
      } else if (positional < args.size()) {
        given.put(p.name(), args.get(positional++));
      }
    }
    NamedValues bound = signature.bind(name, List.of(), given);
    return new Call(row, name, bound, given);
  }
}
