package io.octant.nn.embedding;

import io.octant.graph.Module;
import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Embedding.Bags;
import io.octant.reference.kernel.Embedding.Mode;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Sums, means or maxima of table rows over bags. Indices [N] with offsets [bags], or [bags, n]; the
 * result is [bags, embeddingDim].
 */
@TorchType("torch.nn.EmbeddingBag")
public class EmbeddingBag extends Module implements Initialization.Resettable {
  private static final Signature SIGNATURE =
      Signature.parse("input, offsets=None, per_sample_weights=None");
  private final Bags bags;

  /** A table drawn from the standard normal distribution with seed 0. */
  public EmbeddingBag(int numEmbeddings, int embeddingDim, Mode mode) {
    this(
        Initialization.normal(new Random(0), numEmbeddings, embeddingDim),
        new Bags(mode, false, null));
  }

  /** A table with given rows. */
  public EmbeddingBag(Tensor weight, Bags bags) {
    this.bags = bags;
    setParameter("weight", weight);
  }

  @Override
  public void resetParameters(Random random) {
    setParameter("weight", Initialization.normal(random, tensor("weight").shape().toArray()));
  }

  /** How bags are formed and reduced. */
  public Bags bags() {
    return bags;
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    return io.octant.reference.kernel.Embedding.bag(
        a.tensor("input"),
        tensor("weight"),
        a.findTensor("offsets"),
        a.findTensor("per_sample_weights"),
        bags);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "num_embeddings",
        tensor("weight").shape().dim(0),
        "embedding_dim",
        tensor("weight").shape().dim(1),
        "max_norm",
        null,
        "norm_type",
        2.0,
        "scale_grad_by_freq",
        false,
        "padding_idx",
        bags.paddingIndex(),
        "mode",
        bags.mode().name().toLowerCase(Locale.ROOT),
        "sparse",
        false,
        "include_last_offset",
        bags.includeLastOffset());
  }
}
