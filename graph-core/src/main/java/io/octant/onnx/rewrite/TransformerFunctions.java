package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;

/** What ONNX Runtime's optimizer makes of transformers, as the operators that it fused. */
final class TransformerFunctions {
  private static final double HIDDEN = -10000;

  private TransformerFunctions() {}

  static Map<String, Function<FunctionCall, FunctionProto>> all() {
    return Map.of(
        "SkipLayerNormalization", call -> skip(call, true),
        "SkipSimplifiedLayerNormalization", call -> skip(call, false),
        "EmbedLayerNormalization", TransformerFunctions::embedding,
        "Attention", TransformerFunctions::attention,
        "MultiHeadAttention", TransformerFunctions::multiHead);
  }

  /** Input and skip connection added, perhaps a bias too, and normalized. */
  private static FunctionProto skip(FunctionCall call, boolean centred) {
    String inputs = centred ? "X Skip Gamma Beta Bias" : "X Skip Gamma Bias";
    boolean biased = call.has(centred ? 4 : 3);
    FunctionText body = text(call, inputs, "Y Mean InvStdDev Sum");
    if (biased) {
      body.add("Pair = Add(X, Skip)").add("Sum = Add(Pair, Bias)");
    } else {
      body.add("Sum = Add(X, Skip)");
    }
    double epsilon = call.node().number("epsilon", 1e-12);
    String type = centred ? "LayerNormalization" : "SimplifiedLayerNormalization";
    String beta = centred && call.has(3) ? ", Beta" : "";
    return body.add(
            "Y = " + type + "(Sum, Gamma" + beta + ")",
            "axis",
            call.rank(0) - 1,
            "epsilon",
            epsilon)
        .build();
  }

  private static FunctionText text(FunctionCall call, String inputs, String outputs) {
    return new FunctionText(call.node().opType(), call.opset(), inputs, outputs);
  }

  /** Rows for words, positions and perhaps segments, added and normalized. */
  private static FunctionProto embedding(FunctionCall call) {
    FunctionText body =
        text(
            call,
            "Ids Segments Words Positions SegmentTable Gamma Beta Mask PositionIds",
            "Y Index Sum");
    body.add("Word = Gather(Words, Ids)");
    if (call.has(8)) {
      body.add("Position = Gather(Positions, PositionIds)");
    } else {
      body.slice("Position", "Positions", 0, 0, call.shape(0).dim(1));
    }
    boolean segments = call.has(1) && call.has(4);
    body.add((segments ? "Placed" : "Sum") + " = Add(Word, Position)");
    if (segments) {
      body.add("Segment = Gather(SegmentTable, Segments)").add("Sum = Add(Placed, Segment)");
    }
    double epsilon = call.node().number("epsilon", 1e-12);
    body.add("Y = LayerNormalization(Sum, Gamma, Beta)", "axis", 2, "epsilon", epsilon);
    index(call, body);
    return body.build();
  }

  /** How many tokens of each sample the mask has. */
  private static void index(FunctionCall call, FunctionText body) {
    OnnxNode node = call.node();
    long type = node.integer("mask_index_type", call.has(7) ? 1 : 0);
    if (!call.asks(1) || !call.has(7) || type > 1) {
      return;
    }
    if (call.opset() >= 13) {
      body.vector("One", 1).add("Index = ReduceSum(Mask, One)", "keepdims", 0);
    } else {
      body.add("Index = ReduceSum(Mask)", "axes", new int[] {1}, "keepdims", 0);
    }
  }

  /** Projections to queries, keys and values in one product, and attention between them. */
  private static FunctionProto attention(FunctionCall call) {
    OnnxNode node = call.node();
    refuse(node, "do_rotary");
    refuse(node, "past_present_share_buffer");
    node.ignore("rotary_embedding_dim"); // without rotation
    FunctionText body = text(call, "X W B Mask Past Bias", "Y");
    body.add("Product = MatMul(X, W)");
    String all = call.has(2) ? "Projected" : "Product";
    if (call.has(2)) {
      body.add("Projected = Add(Product, B)");
    }
    int columns = call.shape(1).dim(1);
    int[] sizes =
        node.integers("qkv_hidden_sizes", new int[] {columns / 3, columns / 3, columns / 3});
    int heads = (int) node.integer("num_heads", 0);
    if (sizes.length != 3 || heads < 1 || sizes[0] % heads != 0 || sizes[2] % heads != 0) {
      throw node.error(
          heads + " heads of " + columns + " columns, expected heads that divide them");
    }
    long from = 0;
    for (int i = 0; i < 3; i++) {
      String part = "QKV".substring(i, i + 1);
      body.slice(part, all, 2, from, from + sizes[i]);
      heads(body, part, part + "h", heads, sizes[i] / heads);
      from += sizes[i];
    }
    int length = call.shape(0).dim(1);
    Scores scores = new Scores(call, 0, length, length, 3, 5);
    return scores.build(body, new String[] {"Qh", "Kh", "Vh"}, sizes[0] / heads, sizes[2]);
  }

  private static void refuse(OnnxNode node, String flag) {
    if (node.flag(flag, false)) {
      throw node.error("attribute " + node.describe(flag) + ", expected 0");
    }
  }

  /** [batch, heads, length, width] of [batch, length, heads · width]. */
  private static void heads(FunctionText body, String in, String out, int heads, int width) {
    body.vector(in + "Sizes", 0, 0, heads, width)
        .add(in + "Split = Reshape(" + in + ", " + in + "Sizes)")
        .add(out + " = Transpose(" + in + "Split)", "perm", new int[] {0, 2, 1, 3});
  }

  /** Attention between projections; keys and values may already be in heads. */
  private static FunctionProto multiHead(FunctionCall call) {
    OnnxNode node = call.node();
    int heads = (int) node.integer("num_heads", 0);
    if (call.rank(0) != 3 || !call.has(1) || !call.has(2) || heads < 1) {
      throw node.error(
          "query of shape " + call.shape(0) + ", expected three axes, with keys and values");
    }
    String inputs = "Q K V B Mask Bias PastK PastV";
    FunctionText body = text(call, inputs, "Y PresentK PresentV");
    String[] projected = {"Q", "K", "V"};
    long from = 0;
    for (int i = 0; i < 3; i++) {
      String part = projected[i];
      boolean flat = call.rank(i) == 3;
      int columns = flat ? call.shape(i).dim(2) : call.shape(i).dim(1) * call.shape(i).dim(3);
      if (call.has(3)) {
        if (!flat) {
          throw node.error("a bias of keys in heads, expected keys of three axes");
        }
        body.slice(part + "b", "B", 0, from, from + columns)
            .add(part + "p = Add(" + part + ", " + part + "b)");
        part = part + "p";
      }
      from += columns;
      if (flat) {
        heads(body, part, part + "h", heads, columns / heads);
        part = part + "h";
      }
      projected[i] = part;
    }
    int past = call.has(6) && call.has(7) ? call.shape(6).dim(2) : 0;
    if (past > 0) {
      body.add("PresentK = Concat(PastK, " + projected[1] + ")", "axis", 2)
          .add("PresentV = Concat(PastV, " + projected[2] + ")", "axis", 2);
    } else {
      body.add("PresentK = Identity(" + projected[1] + ")")
          .add("PresentV = Identity(" + projected[2] + ")");
    }
    int keys = past + call.shape(1).dim(call.rank(1) == 3 ? 1 : 2);
    int width = call.rank(2) == 3 ? call.shape(2).dim(2) : heads * call.shape(2).dim(3);
    Scores scores = new Scores(call, past, call.shape(0).dim(1), keys, 4, 5);
    String[] parts = {projected[0], "PresentK", "PresentV"};
    return scores.build(body, parts, call.shape(0).dim(2) / heads, width);
  }

  /**
   * The scores of queries against keys, and what follows from them.
   *
   * @param past how many keys stand before that of the first query
   * @param mask input of {@code Mask}, which hides keys
   * @param bias input of {@code Bias}, which is added
   */
  private record Scores(FunctionCall call, int past, int queries, int keys, int mask, int bias) {
    /**
     * From queries, keys and values, which are [batch, heads, length, width], to {@code Y}.
     *
     * @param width of a query
     * @param out of all heads of the result together
     */
    FunctionProto build(FunctionText body, String[] parts, int width, int out) {
      OnnxNode node = call.node();
      double scale = node.number("scale", 0);
      body.add("Kt = Transpose(" + parts[1] + ")", "perm", new int[] {0, 1, 3, 2})
          .add("Raw = MatMul(" + parts[0] + ", Kt)")
          .number("Scale", scale == 0 ? 1 / Math.sqrt(width) : scale)
          .add("S0 = Mul(Raw, Scale)");
      String scores = "S0";
      double filter = node.number("mask_filter_value", HIDDEN);
      if (call.has(mask)) {
        hidden(body, filter);
        body.add("S1 = Add(" + scores + ", Hidden)");
        scores = "S1";
      }
      if (call.has(bias)) {
        body.add("S2 = Add(" + scores + ", Bias)");
        scores = "S2";
      }
      if (node.flag("unidirectional", false)) {
        body.add("Ahead = Constant()", "value", ahead()).add("S3 = Add(" + scores + ", Ahead)");
        scores = "S3";
      }
      return body.add("P = Softmax(" + scores + ")", "axis", 3)
          .add("Mixed = MatMul(P, " + parts[2] + ")")
          .add("Rows = Transpose(Mixed)", "perm", new int[] {0, 2, 1, 3})
          .vector("Sizes", 0, 0, out)
          .add("Y = Reshape(Rows, Sizes)")
          .build();
    }

    private Tensor ahead() {
      if ((long) queries * keys > 1 << 26) {
        throw call.node().error(queries + " · " + keys + " positions, expected up to 2^26");
      }
      float[] out = new float[queries * keys];
      for (int i = 0; i < out.length; i++) {
        out[i] = i % keys > past + i / keys ? -Float.MAX_VALUE : 0;
      }
      return Tensor.of(out, queries, keys);
    }

    /** What is added to hide positions: from a mask by position, or the number of those to keep. */
    private void hidden(FunctionText body, double filter) {
      Shape shape = call.shape(mask);
      int rank = shape.rank();
      boolean lengths = rank == 1 && shape.dim(0) == call.shape(0).dim(0);
      if (!lengths && (rank < 2 || rank > 3 || shape.dim(rank - 1) != keys)) {
        throw call.node()
            .error(
                "mask of shape "
                    + shape
                    + ", expected a length for each sample, or flags [batch, "
                    + keys
                    + "] or [batch, "
                    + queries
                    + ", "
                    + keys
                    + "]");
      }
      if (lengths) {
        int[] positions = java.util.stream.IntStream.range(0, keys).toArray();
        body.unsqueeze("Lengths", "Mask", 1, call.opset())
            .add("At = Constant()", "value", Tensor.of(DType.INT32, Shape.of(keys), positions))
            .add("Seen = Less(At, Lengths)");
      } else {
        body.add("None = Constant()", "value", Tensor.of(DType.INT32, Shape.SCALAR, new int[1]))
            .add("Seen = Greater(Mask, None)");
      }
      body.add("Flags = Cast(Seen)", "to", 1)
          .number("One", 1)
          .add("Not = Sub(One, Flags)")
          .number("Filter", filter)
          .add("Added = Mul(Not, Filter)");
      String hidden = "Added";
      if (rank < 3) {
        body.unsqueeze("Row", hidden, 1, call.opset());
        hidden = "Row";
      }
      body.unsqueeze("Hidden", hidden, 1, call.opset());
    }
  }
}
