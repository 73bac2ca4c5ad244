package io.octant.reference.binding;

/** A group of related operators that registers itself in a table. */
@FunctionalInterface
public interface OperatorFamily {
  void register(OperatorSet.Builder into);
}
