package io.octant.quantization.fuse;

import io.octant.NearestNames;
import io.octant.graph.GraphModule;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Attributes that a configuration keeps though no graph reads them. */
public final class PreservedAttributes {
  private PreservedAttributes() {}

  /**
   * A warning for each name that no attribute, parameter, buffer or child of a model has: most
   * likely it is misspelled, or an earlier pass did not keep it. PyTorch ignores it in silence.
   */
  public static List<String> unknown(GraphModule model, Collection<String> names) {
    Set<String> known = new TreeSet<>(model.children().keySet());
    known.addAll(model.parameters().keySet());
    known.addAll(model.buffers().keySet());
    known.addAll(model.attributes().keySet());
    return names.stream()
        .filter(name -> model.findModule(name) == null && model.findAttribute(name) == null)
        .map(
            name ->
                "preserved_attributes "
                    + name
                    + " fits no attribute of the model"
                    + NearestNames.suffix(name, known))
        .toList();
  }
}
