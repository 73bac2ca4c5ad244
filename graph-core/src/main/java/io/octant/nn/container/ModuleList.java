package io.octant.nn.container;

import io.octant.graph.GraphException;
import io.octant.graph.Module;
import io.octant.graph.TorchType;
import java.util.List;
import java.util.Map;

/** A list of modules named {@code 0}, {@code 1}, …; it cannot be called itself. */
@TorchType("torch.nn.ModuleList")
public class ModuleList extends Module {
  /** Children named {@code 0}, {@code 1}, … in order. */
  public ModuleList(Module... modules) {
    for (Module m : modules) {
      add(m);
    }
  }

  /** Appends a module. */
  public ModuleList add(Module module) {
    setChild(Integer.toString(children().size()), module);
    return this;
  }

  /** The module at an index. */
  public Module module(int index) {
    return module(Integer.toString(index));
  }

  /** How many modules there are. */
  public int size() {
    return children().size();
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    throw new GraphException("Cannot call a ModuleList, expected a call of one of its modules");
  }
}
