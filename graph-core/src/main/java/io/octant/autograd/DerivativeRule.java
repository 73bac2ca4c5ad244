package io.octant.autograd;

import io.octant.reference.binding.NamedValues;

/** How the gradients of an operator's arguments follow from that of its result. */
@FunctionalInterface
interface DerivativeRule {
  /** Emits the backward nodes of one call and gives their gradients to its arguments. */
  void differentiate(Derivation d);

  /** Whether a call returns a tuple, whose items have gradients of their own. */
  default boolean givesTuple(NamedValues arguments) {
    return false;
  }

  /** A rule of an operator whose result is always a tuple. */
  static DerivativeRule ofTuple(DerivativeRule rule) {
    return new DerivativeRule() {
      @Override
      public void differentiate(Derivation d) {
        rule.differentiate(d);
      }

      @Override
      public boolean givesTuple(NamedValues arguments) {
        return true;
      }
    };
  }
}
