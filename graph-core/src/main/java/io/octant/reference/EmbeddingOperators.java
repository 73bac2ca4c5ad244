package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Embedding;

/** Functional embedding look-ups. */
final class EmbeddingOperators {
  private EmbeddingOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("embedding", EmbeddingOperators::embedding);
    ops.define("embedding_bag", EmbeddingOperators::embeddingBag);
  }

  private static Object embedding(NamedValues args) {
    if (!args.isNone("max_norm")) {
      throw args.wrong("max_norm", "None: renormalizing the weight in place is not supported");
    }
    return Embedding.lookup(args.tensor("input"), args.tensor("weight"));
  }

  private static Object embeddingBag(NamedValues args) {
    if (!args.isNone("max_norm")) {
      throw args.wrong("max_norm", "None: renormalizing the weight in place is not supported");
    }
    return Embedding.bag(
        args.tensor("input"),
        args.tensor("weight"),
        args.findTensor("offsets"),
        args.findTensor("per_sample_weights"),
        new Embedding.Bags(
            Embedding.Mode.of(args.text("mode")),
            args.flag("include_last_offset"),
            args.isNone("padding_idx") ? null : args.integer("padding_idx")));
  }
}
