package io.octant.reference.binding;

/** Computes one function or method on bound arguments. Stateless and thread-safe. */
@FunctionalInterface
public interface Operator {
  /**
   * Applies the operator.
   *
   * @param args bound by a {@link Signature}: every parameter has a value
   * @return a value as in {@link io.octant.graph.Arguments}
   */
  Object apply(NamedValues args);
}
