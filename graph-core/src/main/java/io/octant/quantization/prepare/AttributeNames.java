package io.octant.quantization.prepare;

import io.octant.graph.Module;

/** Finds free names for what passes add to a module; {@code get_new_attr_name_with_prefix}. */
public final class AttributeNames {
  private AttributeNames() {}

  /** The prefix, dots as underscores, with the first number that makes a name nothing has. */
  public static String free(Module module, String prefix) {
    String stem = prefix.replace('.', '_');
    for (int i = 0; ; i++) {
      String name = stem + i;
      if (module.findAttribute(name) == null) {
        return name;
      }
    }
  }
}
