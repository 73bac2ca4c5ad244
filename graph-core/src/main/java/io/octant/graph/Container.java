package io.octant.graph;

import java.util.List;
import java.util.Map;

/**
 * A module that only holds children: the parents of imported or traced modules. Calling it is an
 * error.
 */
public final class Container extends Module {
  private final ModuleType type;

  /** A plain {@code torch.nn.Module}. */
  public Container() {
    this(new ModuleType("torch.nn.Module"));
  }

  /** An empty container that configuration and patterns see as the given type. */
  public Container(ModuleType type) {
    this.type = type;
  }

  @Override
  public ModuleType type() {
    return type;
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    throw new GraphException(
        "Cannot call module: " + type + " is a plain container, expected one with a forward");
  }
}
