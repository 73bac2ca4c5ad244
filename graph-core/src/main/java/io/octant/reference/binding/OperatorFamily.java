package io.octant.reference.binding;

/** A group of related operators that registers itself in a table. */
@FunctionalInterface
public interface OperatorFamily {
  /** Adds the operators of this family. */
  void register(OperatorSet.Builder into);
}
