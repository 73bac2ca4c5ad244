package io.octant.nn.embedding;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table: int indices [*] give [*, embeddingDim]; weight [numEmbeddings, embeddingDim].
 */
@TorchType("torch.nn.Embedding")
public class Embedding extends UnaryModule implements Initialization.Resettable {
  private final @Nullable Integer paddingIdx;

  /** A table drawn from the standard normal distribution with seed 0. */
  public Embedding(int numEmbeddings, int embeddingDim) {
    this(Initialization.normal(new Random(0), numEmbeddings, embeddingDim), null);
  }

  /**
   * A table with given rows.
   *
   * @param paddingIdx the row that stands for padding, null for none; it only matters in training
   */
  public Embedding(Tensor weight, @Nullable Integer paddingIdx) {
    this.paddingIdx = paddingIdx;
    setParameter("weight", weight);
  }

  @Override
  public void resetParameters(Random random) {
    setParameter("weight", Initialization.normal(random, tensor("weight").shape().toArray()));
  }

  @Override
  public Tensor forward(Tensor input) {
    return io.octant.reference.kernel.Embedding.lookup(input, tensor("weight"));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "num_embeddings",
        tensor("weight").shape().dim(0),
        "embedding_dim",
        tensor("weight").shape().dim(1),
        "padding_idx",
        paddingIdx,
        "max_norm",
        null,
        "norm_type",
        2.0,
        "scale_grad_by_freq",
        false,
        "sparse",
        false);
  }
}
