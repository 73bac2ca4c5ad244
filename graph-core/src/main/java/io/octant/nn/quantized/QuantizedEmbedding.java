package io.octant.nn.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Embedding;
import io.octant.reference.quantized.PackedEmbedding;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an 8- or 4-bit table, singly or in bags, as float32: {@code nn.quantized.Embedding} and
 * {@code EmbeddingBag}.
 *
 * <p>PyTorch's quantized bags compute the sum whatever their mode, and ignore a padding index; this
 * class computes the mode and leaves the padding index out.
 */
public final class QuantizedEmbedding extends QuantizedModule {
  private static final Signature LOOKUP = Signature.parse("indices");
  private static final Signature BAG =
      Signature.parse("indices, offsets=None, per_sample_weights=None");

  private final PackedEmbedding packed;
  private final Embedding.@Nullable Bags bags;

  private QuantizedEmbedding(PackedEmbedding packed, Embedding.@Nullable Bags bags) {
    super("torch.ao.nn.quantized." + (bags == null ? "Embedding" : "EmbeddingBag"));
    this.packed = packed;
    this.bags = bags;
  }

  /** A table whose rows are looked up singly. */
  public static QuantizedEmbedding rows(PackedEmbedding packed) {
    return new QuantizedEmbedding(packed, null);
  }

  /** A table whose rows are combined bag by bag. */
  public static QuantizedEmbedding bags(PackedEmbedding packed, Embedding.Bags bags) {
    return new QuantizedEmbedding(packed, bags);
  }

  /** The quantized rows. */
  public PackedEmbedding packed() {
    return packed;
  }

  /** How rows are combined; null if they are looked up singly. */
  public Embedding.@Nullable Bags bags() {
    return bags;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("num_embeddings", (long) packed.weight().shape().dim(0));
    out.put("embedding_dim", (long) packed.weight().shape().dim(1));
    out.put("dtype", packed.weight().dtype());
    if (bags != null) {
      out.put("mode", bags.mode().name().toLowerCase(Locale.ROOT));
      out.put("pruned_weights", false);
      out.put("include_last_offset", bags.includeLastOffset());
    }
    return out;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return Map.of("weight", packed.weight());
  }

  /** Indices {@code [*]} to float {@code [*, columns]}; of bags {@code [bags, columns]}. */
  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    if (bags == null) {
      return packed.lookup(LOOKUP.bind(type().name(), args, kwargs).tensor("indices"));
    }
    NamedValues a = BAG.bind(type().name(), args, kwargs);
    return packed.bag(
        a.tensor("indices"), a.findTensor("offsets"), a.findTensor("per_sample_weights"), bags);
  }
}
