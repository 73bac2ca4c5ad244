package io.octant.nn.container;

import io.octant.graph.GraphException;
import io.octant.graph.Module;
import io.octant.graph.TorchType;
import java.util.List;
import java.util.Map;

/** Modules by name, in order; it cannot be called itself. */
@TorchType("torch.nn.ModuleDict")
public class ModuleDict extends Module {
  public ModuleDict() {}

  /** Children under the names and in the order of the map. */
  public ModuleDict(Map<String, Module> modules) {
    modules.forEach(this::setChild);
  }

  /** How many modules there are. */
  public int size() {
    return children().size();
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    throw new GraphException("Cannot call a ModuleDict, expected a call of one of its modules");
  }
}
