package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Embedding;
import io.octant.tensor.Tensor;

/**
 * {@code torch.ops.quantized.embedding_byte}, {@code embedding_4bit} and their bags, on packed
 * tables.
 *
 * <p>PyTorch's bags compute the sum whatever the mode says; these compute the mode.
 */
final class QuantizedEmbeddingOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.embedding_bag_prepack", a -> new PackedEmbedding(a.tensor("weight")))
        .define(
            "quantized.embedding_bag_unpack",
            a -> Packed.of(a, "W_prepack", PackedEmbedding.class).weight())
        .define("quantized.embedding_byte", QuantizedEmbeddingOperators::lookup)
        .define("quantized.embedding_bag_byte", QuantizedEmbeddingOperators::bag);
  }

  private static Tensor lookup(NamedValues a) {
    requireUnpruned(a);
    return Packed.of(a, "weight", PackedEmbedding.class).lookup(a.tensor("indices"));
  }

  private static Tensor bag(NamedValues a) {
    requireUnpruned(a);
    Embedding.Mode mode = Embedding.Mode.values()[a.integer("mode")];
    return Packed.of(a, "weight", PackedEmbedding.class)
        .bag(
            a.tensor("indices"),
            a.findTensor("offsets"),
            a.findTensor("per_sample_weights"),
            new Embedding.Bags(mode, a.flag("include_last_offset"), null));
  }

  private static void requireUnpruned(NamedValues a) {
    if (a.flag("pruned_weights")) {
      throw new OperatorException(
          "Cannot call " + a.owner() + " on a pruned table, expected pruned_weights=False");
    }
  }
}
