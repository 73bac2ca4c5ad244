package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Attention as products, masks and softmax, and the rotation of positions that goes before it. */
final class AttentionImports {
  private static final double HIDDEN = Double.NEGATIVE_INFINITY;

  private AttentionImports() {}

  static List<OperatorSpec> rows() {
    Set<String> attention =
        Set.of(
            "is_causal",
            "kv_num_heads",
            "left_window_size",
            "q_num_heads",
            "qk_matmul_output_mode",
            "right_window_size",
            "scale",
            "softcap",
            "softmax_precision");
    Set<String> rotary = Set.of("interleaved", "num_heads", "rotary_embedding_dim");
    Set<String> rotaryOfRuntime =
        Set.of("interleaved", "is_packed_batching", "num_heads", "rotary_embedding_dim", "scale");
    return Stream.concat(
            new ImportFamily("")
                    .addMany("Attention", 23, 3, 7, attention, AttentionImports::attention)
                    .add("RotaryEmbedding", 23, 3, 4, rotary, AttentionImports::rotaryEmbedding)
                    .rows()
                    .stream(),
            new ImportFamily("com.microsoft")
                    .add(
                        "RotaryEmbedding",
                        1,
                        4,
                        4,
                        rotaryOfRuntime,
                        AttentionImports::rotaryOfRuntime)
                    .rows()
                    .stream())
        .toList();
  }

  /** Outputs: result, keys and values with what was there before, and scores of some stage. */
  private static List<Value> attention(OnnxNode node, Inputs in, ImportGraph graph) {
    node.ignore("softmax_precision"); // all is computed in float32
    boolean flat = in.get(0).rank() == 3;
    Value q = heads(node, in.get(0), "q_num_heads", graph);
    Value k = heads(node, in.get(1), "kv_num_heads", graph);
    Value v = heads(node, in.get(2), "kv_num_heads", graph);
    if (in.has(4) != in.has(5) || (in.has(4) && in.has(6))) {
      throw node.error(
          "inputs " + node.inputs() + ", expected past_key with past_value or nonpad_kv_seqlen");
    }
    long past = 0;
    if (in.has(4)) {
      past = fixed(node, in.get(4), 2);
      k = graph.function("torch.cat", List.of(in.get(4), k), 2L);
      v = graph.function("torch.cat", List.of(in.get(5), v), 2L);
    }
    double scale = node.number("scale", 1 / Math.sqrt(fixed(node, q, 3)));
    Value scaled = graph.function("operator.mul", q, scale);
    Value keys = graph.function("torch.transpose", spread(node, q, k, graph), 2L, 3L);
    Value raw = graph.function("torch.matmul", scaled, keys);
    double cap = node.number("softcap", 0);
    Value capped = cap > 0 ? capped(raw, cap, graph) : raw;
    Value bias = bias(node, in, fixed(node, q, 2), fixed(node, k, 2), past, graph);
    Value biased = bias == null ? capped : graph.function("operator.add", capped, bias);
    Value weights = graph.function("torch.softmax", biased, -1L);
    if (bias != null && !bias.isKnown()) {
      weights = withoutHiddenRows(weights, bias, graph);
    }
    Value out = graph.function("torch.matmul", weights, spread(node, q, v, graph));
    if (flat) {
      out = joined(out, graph);
    }
    long mode = node.integer("qk_matmul_output_mode", 0);
    if (mode < 0 || mode > 3) {
      throw node.error("attribute " + node.describe("qk_matmul_output_mode") + ", expected 0 to 3");
    }
    return List.of(out, k, v, List.of(raw, capped, biased, weights).get((int) mode));
  }

  /** [batch, heads, length, width] of [batch, length, heads · width]. */
  private static Value heads(OnnxNode node, Value x, String attribute, ImportGraph graph) {
    if (x.rank() == 4) {
      node.ignore(attribute);
      return x;
    }
    long heads = node.integer(attribute, 0);
    if (x.rank() != 3 || heads < 1 || fixed(node, x, 2) % heads != 0) {
      throw node.error(
          "input of shape "
              + x.shape()
              + " with "
              + heads
              + " heads, expected four axes, or three"
              + " and "
              + attribute
              + " that divides the last");
    }
    long width = fixed(node, x, 2) / heads;
    Value split = graph.method("reshape", x, graph.size(x, 0), graph.size(x, 1), heads, width);
    return graph.function("torch.transpose", split, 1L, 2L);
  }

  /** Keys or values repeated for the queries that share them. */
  private static Value spread(OnnxNode node, Value q, Value shared, ImportGraph graph) {
    int heads = fixed(node, q, 1);
    int given = fixed(node, shared, 1);
    if (heads == given) {
      return shared;
    }
    if (heads % given != 0) {
      throw node.error(given + " heads of keys and values, expected a divisor of " + heads);
    }
    int[] from = IntStream.range(0, heads).map(h -> h / (heads / given)).toArray();
    return graph.function("torch.index_select", shared, 1L, positions(node, from, graph));
  }

  private static Value positions(OnnxNode node, int[] from, ImportGraph graph) {
    long[] at = IntStream.of(from).asLongStream().toArray();
    Tensor index = Tensor.of(DType.INT64, Shape.of(at.length), at);
    return graph.constant(index, node.output(0) + "_index");
  }

  private static Value capped(Value scores, double cap, ImportGraph graph) {
    Value shrunk = graph.function("operator.truediv", scores, cap);
    return graph.function("operator.mul", graph.function("torch.tanh", shrunk), cap);
  }

  /** What is added to the scores, null for nothing. */
  private static @Nullable Value bias(
      OnnxNode node, Inputs in, int queries, int keys, long past, ImportGraph graph) {
    List<Value> parts = new ArrayList<>();
    if (in.has(3)) {
      parts.add(mask(node, in.get(3), keys, graph));
    }
    long left = node.integer("left_window_size", -1);
    long right = node.integer("right_window_size", -1);
    if (left < -1 || right < -1) {
      throw node.error("windows " + left + " and " + right + ", expected −1 or more");
    }
    if (node.flag("is_causal", false)) {
      right = right < 0 ? 0 : Math.min(right, 0);
    }
    if (in.has(6)) {
      Value valid = graph.method("reshape", in.get(6), -1L, 1L, 1L, 1L);
      Value behind = line(node, queries, keys, (i, j) -> j, graph);
      parts.add(hiding(graph.function("operator.gt", valid, behind), graph));
      long l = left;
      long r = right;
      if (right >= 0) { // j ≤ i + valid − queries + right
        Value least = line(node, queries, keys, (i, j) -> j - i + queries - r, graph);
        parts.add(hiding(graph.function("operator.ge", valid, least), graph));
      }
      if (left >= 0) {
        Value most = line(node, queries, keys, (i, j) -> j - i + queries + l, graph);
        parts.add(hiding(graph.function("operator.le", valid, most), graph));
      }
    } else if (left >= 0 || right >= 0) {
      parts.add(
          graph.constant(
              window(new float[graph.tableSize(queries, keys)], keys, past, left, right),
              node.output(0) + "_mask"));
    }
    Value all = null;
    for (Value part : parts) {
      all = all == null ? part : graph.function("operator.add", all, part);
    }
    return all;
  }

  /** A mask to add; one that is shorter than the keys hides those that it does not tell. */
  private static Value mask(OnnxNode node, Value given, int keys, ImportGraph graph) {
    boolean added = Dtypes.of(given).isFloatingPoint();
    Value mask = added ? given : hiding(given, graph);
    int missing = keys - fixed(node, given, given.rank() - 1);
    return missing <= 0
        ? mask
        : graph.function(
            "torch.nn.functional.pad",
            List.of(mask, List.of(0L, (long) missing)),
            Values.dict("mode", "constant", "value", HIDDEN));
  }

  private static Value hiding(Value allowed, ImportGraph graph) {
    return graph.function("torch.where", allowed, 0.0, HIDDEN);
  }

  /** The weights of a query that may look at nothing are 0. */
  private static Value withoutHiddenRows(Value weights, Value bias, ImportGraph graph) {
    Value most =
        graph.function("torch.amax", List.of(bias, List.of(-1L)), Values.dict("keepdim", true));
    Value hidden = graph.function("operator.eq", most, HIDDEN);
    return graph.function("torch.where", hidden, 0.0, weights);
  }

  private interface Position {
    long of(long query, long key);
  }

  private static Value line(
      OnnxNode node, int queries, int keys, Position position, ImportGraph graph) {
    long[] at = new long[graph.tableSize(queries, keys)];
    for (int i = 0; i < at.length; i++) {
      at[i] = position.of(i / keys, i % keys);
    }
    Tensor table = Tensor.of(DType.INT64, Shape.of(queries, keys), at);
    return graph.constant(table, node.output(0) + "_keys");
  }

  private static Tensor window(float[] mask, int keys, long past, long left, long right) {
    for (int i = 0; i < mask.length; i++) {
      long ahead = i % keys - (past + i / keys);
      boolean visible = (right < 0 || ahead <= right) && (left < 0 || -ahead <= left);
      mask[i] = visible ? 0 : Float.NEGATIVE_INFINITY;
    }
    return Tensor.of(mask, mask.length / keys, keys);
  }

  private static int fixed(OnnxNode node, Value x, int axis) {
    int size = x.fixedDim(axis);
    if (size < 1) {
      throw node.error(
          "axis " + axis + " of shape " + x.shape() + ", expected a size other than the batch");
    }
    return size;
  }

  private static Value rotaryEmbedding(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Value heads = heads(node, x, "num_heads", graph);
    int half = rotated(node, fixed(node, heads, 3)) / 2;
    Value positions = in.has(3) ? in.get(3) : null;
    Value cos = angles(node, in.get(1), positions, half, graph);
    Value sin = angles(node, in.get(2), positions, half, graph);
    Value out = rotated(node, heads, cos, sin, half, graph);
    return x.rank() == 4 ? out : joined(out, graph);
  }

  /** ONNX Runtime's own: positions before the angles, which tell the width of a head. */
  private static Value rotaryOfRuntime(OnnxNode node, Inputs in, ImportGraph graph) {
    if (node.flag("is_packed_batching", false) || node.number("scale", 1) != 1) {
      throw node.error("packed batches or a scale, expected neither");
    }
    Value x = in.get(0);
    Value positions = in.get(1);
    if (positions.rank() != 2) {
      throw node.error("positions of shape " + positions.shape() + ", expected two axes");
    }
    long heads = node.integer("num_heads", 0);
    int half = fixed(node, in.get(2), in.get(2).rank() - 1);
    Value split = x;
    if (x.rank() == 3) {
      long width = heads > 0 ? fixed(node, x, 2) / heads : 2L * half;
      Value parts = graph.method("reshape", x, graph.size(x, 0), graph.size(x, 1), -1L, width);
      split = graph.function("torch.transpose", parts, 1L, 2L);
    }
    if (rotated(node, fixed(node, split, 3)) != 2 * half) {
      throw node.error("angles for " + 2 * half + " of " + split.shape() + ", expected all");
    }
    Value cos = angles(node, in.get(2), positions, half, graph);
    Value sin = angles(node, in.get(3), positions, half, graph);
    Value out = rotated(node, split, cos, sin, half, graph);
    return x.rank() == 4 ? out : joined(out, graph);
  }

  /** [batch, length, heads · width] of [batch, heads, length, width]. */
  private static Value joined(Value heads, ImportGraph graph) {
    return graph.function("torch.flatten", graph.function("torch.transpose", heads, 1L, 2L), 2L);
  }

  private static int rotated(OnnxNode node, int width) {
    long asked = node.integer("rotary_embedding_dim", 0);
    int rotated = asked == 0 ? width : (int) asked;
    if (rotated < 2 || rotated > width || rotated % 2 != 0) {
      throw node.error("rotates " + asked + " of " + width + ", expected an even part");
    }
    return rotated;
  }

  private static Value rotated(
      OnnxNode node, Value x, Value cos, Value sin, int half, ImportGraph graph) {
    int rotated = 2 * half;
    int width = fixed(node, x, 3);
    boolean interleaved = node.flag("interleaved", false);
    Value a = half(node, x, rotated, 0, interleaved, graph);
    Value b = half(node, x, rotated, 1, interleaved, graph);
    Value real = combined("operator.sub", cos, a, sin, b, graph);
    Value imaginary = combined("operator.add", sin, a, cos, b, graph);
    Value out = graph.function("torch.cat", List.of(real, imaginary), 3L);
    if (interleaved) {
      int[] from = IntStream.range(0, rotated).map(i -> i / 2 + i % 2 * half).toArray();
      out = graph.function("torch.index_select", out, 3L, positions(node, from, graph));
    }
    if (rotated == width) {
      return out;
    }
    Value rest = IndexingImports.range(x, 3, rotated, width, graph);
    return graph.function("torch.cat", List.of(out, rest), 3L);
  }

  private static Value combined(
      String function, Value a, Value x, Value b, Value y, ImportGraph graph) {
    return graph.function(
        function, graph.function("operator.mul", x, a), graph.function("operator.mul", y, b));
  }

  /** [batch, 1, length, half], from a table by position or as they are given. */
  private static Value angles(
      OnnxNode node, Value cache, @Nullable Value positions, int half, ImportGraph graph) {
    if (cache.rank() < 1 || fixed(node, cache, cache.rank() - 1) != half) {
      throw node.error(
          "angles of shape " + cache.shape() + ", expected " + half + " on the last axis");
    }
    Value found = positions == null ? cache : IndexingImports.general(cache, 0, positions, graph);
    return graph.function("torch.unsqueeze", found, 1L);
  }

  private static Value half(
      OnnxNode node, Value x, int rotated, int which, boolean interleaved, ImportGraph graph) {
    int n = rotated / 2;
    if (!interleaved) {
      return IndexingImports.range(x, 3, which * n, which * n + n, graph);
    }
    int[] from = IntStream.range(0, n).map(i -> 2 * i + which).toArray();
    return graph.function("torch.index_select", x, 3L, positions(node, from, graph));
  }
}
