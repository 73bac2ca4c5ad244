package io.octant.onnx.export;

import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Attention as products and a softmax. */
final class AttentionExports {
  private AttentionExports() {}

  static String scaledDotProduct(NodeCall c) {
    if (c.values().number("dropout_p") != 0 || c.values().flag("enable_gqa")) {
      throw c.refusal("dropout_p or enable_gqa, expected neither");
    }
    int rank = c.rank("query");
    int width = c.fixedDim("query", rank - 1);
    double scale = c.has("scale") ? c.values().number("scale") : 1 / Math.sqrt(width);
    String scores = scores(c, c.in("query"), c.in("key"), c.rank("key"), scale);
    if (c.values().flag("is_causal")) {
      scores =
          c.plus(scores, causal(c, c.fixedDim("query", rank - 2), c.fixedDim("key", rank - 2)));
    }
    if (c.has("attn_mask")) {
      scores = c.plus(scores, mask(c));
    }
    String weights = c.graph().emit("Softmax", Map.of("axis", -1L), scores);
    return c.graph().emit("MatMul", weights, c.in("value"));
  }

  private static String scores(NodeCall c, String query, String key, int rank, double scale) {
    long[] perm = new long[rank];
    Arrays.setAll(perm, i -> i);
    perm[rank - 1] = rank - 2L;
    perm[rank - 2] = rank - 1L;
    String turned = c.graph().emit("Transpose", Map.of("perm", perm), key);
    return c.scaled(c.graph().emit("MatMul", query, turned), DType.FLOAT32, scale);
  }

  private static String causal(NodeCall c, int queries, int keys) {
    float[] mask = new float[queries * keys];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % keys > i / keys ? Float.NEGATIVE_INFINITY : 0;
    }
    return c.graph().constant(Tensor.of(DType.FLOAT32, Shape.of(queries, keys), mask));
  }

  private static String mask(NodeCall c) {
    if (c.like("attn_mask").dtype() != DType.BOOL) {
      return c.in("attn_mask");
    }
    return c.graph()
        .emit(
            "Where",
            c.in("attn_mask"),
            c.graph().number(DType.FLOAT32, 0),
            c.graph().number(DType.FLOAT32, Double.NEGATIVE_INFINITY));
  }

  /** The module: projections, heads, and the two results. */
  static Object multiHead(NodeCall c) {
    boolean batched = c.rank("query") == 3;
    boolean batchFirst = !batched || (Boolean) setting(c, "batch_first");
    long heads = ((Number) setting(c, "num_heads")).longValue();
    int embed = ((Number) setting(c, "embed_dim")).intValue();
    String q = heads(c, "query", 0, batchFirst, heads, embed);
    String k = heads(c, "key", 1, batchFirst, heads, embed);
    String v = heads(c, "value", 2, batchFirst, heads, embed);
    String scores = scores(c, q, k, 4, 1 / Math.sqrt(embed / (double) heads));
    if (c.has("attn_mask")) {
      scores = c.plus(scores, perHead(c, heads));
    }
    if (c.has("key_padding_mask")) {
      String keys = hidden(c, "key_padding_mask");
      long[] axes = batched ? new long[] {1, 2} : new long[] {0, 1, 2};
      scores = c.plus(scores, c.graph().emit("Unsqueeze", keys, c.graph().ints(axes)));
    }
    String weights = c.graph().emit("Softmax", Map.of("axis", -1L), scores);
    String joined =
        c.graph()
            .emit(
                "Transpose",
                Map.of("perm", new long[] {0, 2, 1, 3}),
                c.graph().emit("MatMul", weights, v));
    String flat = c.graph().emit("Reshape", joined, c.graph().ints(0, 0, embed));
    String out = projected(c, flat, tensor(c, "out_proj.weight"), find(c, "out_proj.bias"));
    if (!batchFirst) {
      out = c.graph().emit("Transpose", Map.of("perm", new long[] {1, 0, 2}), out);
    }
    String first = single(c, batched, out);
    if (!c.values().flag("need_weights")) {
      return List.of(first, "");
    }
    String told =
        c.values().flag("average_attn_weights")
            ? c.graph().emit("ReduceMean", Map.of("keepdims", 0L), weights, c.graph().ints(1))
            : weights;
    return List.of(first, single(c, batched, told));
  }

  /** Without the batch that an input without one got. */
  private static String single(NodeCall c, boolean batched, String x) {
    return batched ? x : c.graph().emit("Squeeze", x, c.graph().ints(0));
  }

  /** The mask of queries and keys, one for all samples and heads or one for each of both. */
  private static String perHead(NodeCall c, long heads) {
    String mask = hidden(c, "attn_mask");
    if (c.rank("attn_mask") == 2) {
      return mask;
    }
    long queries = c.fixedDim("attn_mask", 1);
    long keys = c.fixedDim("attn_mask", 2);
    return c.graph().emit("Reshape", mask, c.graph().ints(-1, heads, queries, keys));
  }

  /** A mask whose truths are left out, as numbers to add. */
  private static String hidden(NodeCall c, String name) {
    if (c.like(name).dtype() != DType.BOOL) {
      return c.in(name);
    }
    return c.graph()
        .emit(
            "Where",
            c.in(name),
            c.graph().number(DType.FLOAT32, Double.NEGATIVE_INFINITY),
            c.graph().number(DType.FLOAT32, 0));
  }

  private static String heads(
      NodeCall c, String name, int which, boolean batchFirst, long heads, int embed) {
    Tensor weight =
        find(c, "in_proj_weight") != null
            ? Shapes.narrow(tensor(c, "in_proj_weight"), 0, which * embed, embed)
            : tensor(c, List.of("q_proj_weight", "k_proj_weight", "v_proj_weight").get(which));
    Tensor bias = find(c, "in_proj_bias");
    String given =
        c.rank(name) == 3 ? c.in(name) : c.graph().emit("Unsqueeze", c.in(name), c.graph().ints(0));
    String x =
        batchFirst
            ? given
            : c.graph().emit("Transpose", Map.of("perm", new long[] {1, 0, 2}), given);
    String y =
        projected(c, x, weight, bias == null ? null : Shapes.narrow(bias, 0, which * embed, embed));
    String apart = c.graph().emit("Reshape", y, c.graph().ints(0, 0, heads, embed / heads));
    return c.graph().emit("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), apart);
  }

  private static String projected(NodeCall c, String x, Tensor weight, @Nullable Tensor bias) {
    String y = c.graph().emit("MatMul", x, c.graph().constant(Shapes.transpose(weight, 0, 1)));
    return bias == null ? y : c.plus(y, c.graph().constant(bias));
  }

  private static @Nullable Tensor find(NodeCall c, String name) {
    return (Tensor) c.settings().get(name);
  }

  private static Tensor tensor(NodeCall c, String name) {
    return Objects.requireNonNull(find(c, name), name);
  }

  private static Object setting(NodeCall c, String name) {
    return Objects.requireNonNull(c.settings().get(name), name);
  }
}
