package io.octant.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where a node came from, after {@code torch.fx.proxy.Scope}.
 *
 * @param modulePath path of the innermost module that was running, "" for the root
 * @param moduleType its type, null for the root
 * @param source the ONNX node or the Java call that made it, "" if unknown
 */
public record NodeScope(String modulePath, @Nullable ModuleType moduleType, String source) {
  /** The root scope. */
  public static final NodeScope ROOT = new NodeScope("", null, "");

  /** This scope with another source line, as {@code File.java:12}. */
  public NodeScope withSource(String newSource) {
    return new NodeScope(modulePath, moduleType, newSource);
  }
}
