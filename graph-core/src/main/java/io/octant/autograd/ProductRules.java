package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;

/** Products of matrices and vectors, linear layers, attention. */
final class ProductRules {
  private static final String MATMUL = "octant.gradient.matmul";

  private ProductRules() {}

  static void register() {
    DerivativeRules.define("matmul", d -> product(d, d.grad(), "input", "other"));
    DerivativeRules.define("bmm", d -> product(d, d.grad(), "input", "mat2"));
    DerivativeRules.define("mv", d -> product(d, d.grad(), "input", "vec"));
    DerivativeRules.define("dot", d -> product(d, d.grad(), "input", "tensor"));
    DerivativeRules.define("outer", ProductRules::outer);
    DerivativeRules.define("addmm", d -> added(d, "mat1", "mat2"));
    DerivativeRules.define("baddbmm", d -> added(d, "batch1", "batch2"));
    DerivativeRules.define("addmv", d -> added(d, "mat", "vec"));
    DerivativeRules.define("linear", ProductRules::linear);
    DerivativeRules.define("scaled_dot_product_attention", ProductRules::attention);
  }

  private static void product(Derivation d, Node grad, String first, String second) {
    d.giveItems(d.call(MATMUL, grad, d.arg(first), d.arg(second)), first, second);
  }

  private static void outer(Derivation d) {
    if (d.wants("input")) {
      d.give("input", d.call("torch.mv", d.grad(), d.arg("vec2")));
    }
    if (d.wants("vec2")) {
      d.give("vec2", d.call("torch.mv", d.call("torch.t", d.grad()), d.arg("input")));
    }
  }

  private static void added(Derivation d, String first, String second) {
    if (d.wants("input")) {
      d.giveSummed("input", d.call("torch.mul", d.grad(), d.arg("beta")));
    }
    if (d.wants(first) || d.wants(second)) {
      product(d, d.call("torch.mul", d.grad(), d.arg("alpha")), first, second);
    }
  }

  private static void linear(Derivation d) {
    d.giveItems(
        d.call("octant.gradient.linear", d.grad(), d.arg("input"), d.arg("weight")),
        "input",
        "weight",
        "bias");
  }

  private static void attention(Derivation d) {
    if (d.wants("attn_mask") || d.arguments().flag("enable_gqa")) {
      throw d.refused("a mask that is trained, or shared heads, have no derivative");
    }
    Object mask = d.arguments().isNone("attn_mask") ? None.NONE : d.arg("attn_mask");
    Node all =
        d.call(
            "octant.gradient.attention",
            d.grad(),
            d.arg("query"),
            d.arg("key"),
            d.arg("value"),
            mask,
            d.arg("is_causal"),
            d.arg("scale"));
    d.giveItems(all, "query", "key", "value");
  }
}
