package io.octant.autograd;

import io.octant.graph.Node;

/** Functions of several numbers, element by element, with broadcasting; conversions. */
final class ArithmeticRules {
  private ArithmeticRules() {}

  static void register() {
    DerivativeRules.define("add", d -> sum(d, 1, d.arguments().number("alpha")));
    DerivativeRules.define("operator.add", d -> sum(d, 1, 1));
    DerivativeRules.define("sub", d -> sum(d, 1, -d.arguments().number("alpha")));
    DerivativeRules.define("operator.sub", d -> sum(d, 1, -1));
    DerivativeRules.define("rsub", d -> sum(d, -d.arguments().number("alpha"), 1));
    for (String row :
        new String[] {"mul", "pow", "maximum", "minimum", "fmax", "fmin", "remainder", "fmod"}) {
      DerivativeRules.define(row, d -> pair(d, row, "input", "other"));
    }
    for (String row : new String[] {"atan2", "hypot", "copysign"}) {
      DerivativeRules.define(row, d -> pair(d, row, "input", "other"));
    }
    DerivativeRules.define("div", ArithmeticRules::quotient);
    DerivativeRules.define("where", ArithmeticRules::where);
    DerivativeRules.define("masked_fill", ArithmeticRules::maskedFill);
    DerivativeRules.define("lerp", ArithmeticRules::lerp);
    DerivativeRules.define("addcmul", ArithmeticRules::addcmul);
    DerivativeRules.define("addcdiv", ArithmeticRules::addcdiv);
    for (String row : new String[] {"positive", "cpu", "contiguous"}) {
      DerivativeRules.define(row, d -> d.give("input", d.grad()));
    }
    for (String row : new String[] {"to", "type", "type_as", "float", "double", "half"}) {
      DerivativeRules.define(row, ArithmeticRules::conversion);
    }
    DerivativeRules.define("bfloat16", ArithmeticRules::conversion);
  }

  private static void sum(Derivation d, double ofInput, double ofOther) {
    d.giveSummed("input", scaled(d, d.grad(), ofInput));
    d.giveSummed("other", scaled(d, d.grad(), ofOther));
  }

  private static Node scaled(Derivation d, Node grad, Object factor) {
    return factor.equals(1.0) || factor.equals(1L) ? grad : d.call("torch.mul", grad, factor);
  }

  /** By the table of partial derivatives. */
  static void pair(Derivation d, String function, String first, String second) {
    Node both = d.call("octant.gradient.pairwise", d.grad(), d.arg(first), d.arg(second), function);
    d.giveItems(both, first, second);
  }

  private static void quotient(Derivation d) {
    if (d.arguments().has("rounding_mode") && !d.arguments().isNone("rounding_mode")) {
      throw d.refused("a rounded quotient has no derivative, expected rounding_mode=None");
    }
    pair(d, "div", "input", "other");
  }

  private static void where(Derivation d) {
    Object condition = d.arg("condition");
    if (d.wants("input")) {
      d.giveSummed("input", d.call("torch.where", condition, d.grad(), 0.0));
    }
    if (d.wants("other")) {
      d.giveSummed("other", d.call("torch.where", condition, 0.0, d.grad()));
    }
  }

  private static void maskedFill(Derivation d) {
    Object mask = d.arg("mask");
    d.giveSummed("input", d.call("torch.where", mask, 0.0, d.grad()));
    if (d.wants("value")) {
      d.giveSummed("value", d.call("torch.where", mask, d.grad(), 0.0));
    }
  }

  private static void lerp(Derivation d) {
    Node toEnd = d.call("torch.mul", d.grad(), d.arg("weight"));
    d.giveSummed("input", d.call("torch.sub", d.grad(), toEnd));
    d.giveSummed("end", toEnd);
    if (d.wants("weight")) {
      Node span = d.call("torch.sub", d.arg("end"), d.arg("input"));
      d.giveSummed("weight", d.call("torch.mul", d.grad(), span));
    }
  }

  private static void addcmul(Derivation d) {
    Node grad = scaled(d, d.grad(), d.arg("value"));
    d.giveSummed("input", d.grad());
    if (d.wants("tensor1")) {
      d.giveSummed("tensor1", d.call("torch.mul", grad, d.arg("tensor2")));
    }
    if (d.wants("tensor2")) {
      d.giveSummed("tensor2", d.call("torch.mul", grad, d.arg("tensor1")));
    }
  }

  private static void addcdiv(Derivation d) {
    Node quotient = d.call("torch.div", scaled(d, d.grad(), d.arg("value")), d.arg("tensor2"));
    d.giveSummed("input", d.grad());
    d.giveSummed("tensor1", quotient);
    if (d.wants("tensor2")) {
      Node ratio = d.call("torch.div", d.arg("tensor1"), d.arg("tensor2"));
      d.giveSummed("tensor2", d.call("torch.neg", d.call("torch.mul", quotient, ratio)));
    }
  }

  private static void conversion(Derivation d) {
    d.give("input", d.call(".type_as", d.grad(), d.arg("input")));
  }
}
