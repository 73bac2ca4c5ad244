package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import java.util.List;
import java.util.Map;

/**
 * Multi-head attention of batches as the calls that it makes. Masks and dropout in training are
 * refused, and so is a graph that reads the weights, the second item of the result.
 */
final class AttentionExpansion {
  private static final Signature SIGNATURE =
      Signature.parse(
          "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,"
              + " average_attn_weights=True, is_causal=False");
  private static final List<String> WEIGHTS =
      List.of("q_proj_weight", "k_proj_weight", "v_proj_weight");

  private final Expansion expansion;
  private final String path;

  AttentionExpansion(Expansion expansion, String path) {
    this.expansion = expansion;
    this.path = path;
  }

  Object of(MultiheadAttention module, List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(module.type().name(), args, kwargs);
    if (!a.isNone("key_padding_mask")
        || !a.isNone("attn_mask")
        || (module.isTraining() && module.settings().dropout() > 0)) {
      throw new AutogradException(
          "Cannot differentiate module "
              + path
              + ", "
              + module.type()
              + ": masks and dropout in training have no derivative, expected none");
    }
    Object[] heads = new Object[3];
    for (int i = 0; i < 3; i++) {
      heads[i] = heads(module, a.value(List.of("query", "key", "value").get(i)), i);
    }
    Node joined = call("F.scaled_dot_product_attention", heads);
    Node flat = call("torch.flatten", call("torch.transpose", joined, 1L, 2L), 2L, 3L);
    Node out = call("F.linear", flat, attribute("out_proj.weight"), outBias(module));
    Node result = module.settings().batchFirst() ? out : call("torch.transpose", out, 0L, 1L);
    return Tuple.of(result); // the weights, its second item, are refused where they are read
  }

  private Object outBias(MultiheadAttention module) {
    return module.module("out_proj").findTensor("bias") == null
        ? None.NONE
        : attribute("out_proj.bias");
  }

  private Node heads(MultiheadAttention module, Object input, int which) {
    long e = module.settings().embedDim();
    Object x = module.settings().batchFirst() ? input : call("torch.transpose", input, 0L, 1L);
    Node weight =
        module.settings().sameWidths()
            ? call("torch.narrow", attribute("in_proj_weight"), 0L, which * e, e)
            : attribute(WEIGHTS.get(which));
    Object bias =
        module.findTensor("in_proj_bias") == null
            ? None.NONE
            : call("torch.narrow", attribute("in_proj_bias"), 0L, which * e, e);
    Node projected = call("F.linear", x, weight, bias);
    List<Object> sizes = List.of((long) module.settings().numHeads(), -1L);
    return call("torch.transpose", call("torch.unflatten", projected, 2L, sizes), 1L, 2L);
  }

  private Node attribute(String name) {
    return expansion.graph().getAttr(path + "." + name);
  }

  private Node call(String function, Object... args) {
    return expansion.function(
        function.replace("F.", "torch.nn.functional."), List.of(args), Map.of());
  }
}
