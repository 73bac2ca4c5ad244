package io.octant.nn.attention;

import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.nn.Bias;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.linear.NonDynamicallyQuantizableLinear;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Attention;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention.
 *
 * <p>Query, key and value are [time, batch, width] (batch first if so set, or without the batch);
 * the result is a tuple of the output and the attention weights [batch, queries, keys], averaged
 * over the heads unless told otherwise, None if not needed. Parameters: {@code in_proj_weight} [3 ·
 * embedDim, embedDim], or {@code q_proj_weight}, {@code k_proj_weight}, {@code v_proj_weight} if
 * widths differ; {@code in_proj_bias}; the child {@code out_proj}. {@code bias_k}, {@code bias_v}
 * and {@code add_zero_attn} are not supported.
 */
@TorchType("torch.nn.MultiheadAttention")
public class MultiheadAttention extends Module implements Initialization.Resettable {
  private static final Signature SIGNATURE =
      Signature.parse(
          "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,"
              + " average_attn_weights=True, is_causal=False");

  private final AttentionSettings settings;
  private final Dropout dropout;

  /** Without dropout, with biases, keys and values as wide as queries, [time, batch, width]. */
  public MultiheadAttention(int embedDim, int numHeads) {
    this(AttentionSettings.of(embedDim, numHeads));
  }

  /** Projections are drawn with seed 0. */
  public MultiheadAttention(AttentionSettings settings) {
    this.settings = settings;
    this.dropout = new Dropout(settings.dropout());
    int width = settings.embedDim();
    setChild("out_proj", new NonDynamicallyQuantizableLinear(width, width, settings.bias()));
    draw(new Random(0));
  }

  private void draw(Random random) {
    int e = settings.embedDim();
    if (settings.sameWidths()) {
      setParameter("in_proj_weight", xavier(random, 3 * e, e));
    } else {
      setParameter("q_proj_weight", xavier(random, e, e));
      setParameter("k_proj_weight", xavier(random, e, settings.kdim()));
      setParameter("v_proj_weight", xavier(random, e, settings.vdim()));
    }
    if (settings.bias() == Bias.WITH) {
      setParameter("in_proj_bias", Initialization.constant(0, 3 * e));
    }
  }

  private static Tensor xavier(Random random, int out, int in) {
    return Initialization.uniform(random, Math.sqrt(6.0 / (in + out)), out, in);
  }

  @Override
  public void resetParameters(Random random) {
    draw(random);
  }

  /** The hyperparameters. */
  public AttentionSettings settings() {
    return settings;
  }

  @Override
  protected void setTraining(boolean on) {
    super.setTraining(on);
    dropout.train(on);
  }

  @Override
  public Tuple evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type().name(), args, kwargs);
    boolean batched = a.tensor("query").shape().rank() == 3;
    Tensor query = heads(project(sequence(a.tensor("query"), batched), 0));
    Tensor key = heads(project(sequence(a.tensor("key"), batched), 1));
    Tensor value = heads(project(sequence(a.tensor("value"), batched), 2));
    double scale = 1 / Math.sqrt(settings.embedDim() / (double) settings.numHeads());
    Attention.Result result =
        Attention.scaledDotProduct(query, key, value, mask(a, batched), scale, dropout::forward);
    Tensor joined = Shapes.flatten(Shapes.transpose(result.output(), 1, 2), 2, 3);
    Object output = module("out_proj").evaluate(List.of(joined), Map.of());
    return Tuple.of(
        restored((Tensor) output, batched),
        a.flag("need_weights")
            ? weights(result.weights(), a.flag("average_attn_weights"), batched)
            : None.NONE);
  }

  /** To [batch, time, width]. */
  private Tensor sequence(Tensor x, boolean batched) {
    if (!batched) {
      return Shapes.unsqueeze(x, 0);
    }
    return settings.batchFirst() ? x : Shapes.transpose(x, 0, 1);
  }

  private Tensor restored(Tensor x, boolean batched) {
    if (!batched) {
      return Shapes.squeeze(x, 0);
    }
    return settings.batchFirst() ? x : Shapes.transpose(x, 0, 1);
  }

  /** Applies the projection of queries (0), keys (1) or values (2). */
  private Tensor project(Tensor x, int which) {
    int e = settings.embedDim();
    Tensor weight =
        settings.sameWidths()
            ? Shapes.narrow(tensor("in_proj_weight"), 0, which * e, e)
            : tensor(List.of("q_proj_weight", "k_proj_weight", "v_proj_weight").get(which));
    Tensor bias = findTensor("in_proj_bias");
    return MatrixProducts.linear(
        x, weight, bias == null ? null : Shapes.narrow(bias, 0, which * e, e));
  }

  /** [batch, time, width] to [batch, heads, time, width / heads]. */
  private Tensor heads(Tensor x) {
    return Shapes.transpose(Shapes.unflatten(x, 2, settings.numHeads(), -1), 1, 2);
  }

  private @Nullable Tensor mask(NamedValues a, boolean batched) {
    Tensor padding = a.findTensor("key_padding_mask");
    Tensor byBatch = padding == null || batched ? padding : Shapes.unsqueeze(padding, 0);
    return Attention.mask(a.findTensor("attn_mask"), byBatch, settings.numHeads());
  }

  private static Tensor weights(Tensor weights, boolean average, boolean batched) {
    Tensor out = average ? Reductions.mean(weights, new int[] {1}, Reductions.Axes.DROP) : weights;
    return batched ? out : Shapes.squeeze(out, 0);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "embed_dim",
        settings.embedDim(),
        "kdim",
        settings.kdim(),
        "vdim",
        settings.vdim(),
        "num_heads",
        settings.numHeads(),
        "dropout",
        settings.dropout(),
        "batch_first",
        settings.batchFirst(),
        "head_dim",
        settings.embedDim() / settings.numHeads(),
        "bias_k",
        null,
        "bias_v",
        null,
        "add_zero_attn",
        false);
  }
}
