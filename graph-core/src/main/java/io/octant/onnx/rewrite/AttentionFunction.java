package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;

/**
 * The body of ONNX's Attention for one node: scaled dot products with grouped heads, a mask, causal
 * order, windows, a cache inside ({@code past_key}) or outside ({@code nonpad_kv_seqlen}), and a
 * soft cap. A query that no key is left for gives zeros.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Attention.html">ONNX: Attention</a>
 */
final class AttentionFunction {
  private static final int MASK = 3;
  private static final int PAST_KEY = 4;
  private static final int PAST_VALUE = 5;
  private static final int VALID_KEYS = 6;

  private final FunctionCall call;
  private final OnnxNode node;
  private final FunctionText body;
  private final boolean flat;
  private final int queryHeads;
  private final int keyHeads;

  private AttentionFunction(FunctionCall call) {
    this.call = call;
    this.node = call.node();
    this.body =
        new FunctionText(
            "Attention",
            node.opset(),
            "Q K V attn_mask past_key past_value nonpad_kv_seqlen",
            "Y present_key present_value qk_matmul_output");
    this.flat = call.rank(0, 3, 4) == 3;
    this.queryHeads = flat ? (int) node.integer("q_num_heads", 0) : call.shape(0).dim(1);
    this.keyHeads = flat ? (int) node.integer("kv_num_heads", 0) : call.shape(1).dim(1);
    if (queryHeads < 1 || keyHeads < 1 || queryHeads % keyHeads != 0) {
      throw node.error(
          queryHeads + " heads of queries and " + keyHeads + " of keys, expected a multiple");
    }
    if (call.rank(1) != call.rank(0) || call.rank(2) != call.rank(0)) {
      throw node.error("keys or values of another rank than queries, expected the same");
    }
    if (call.has(PAST_KEY) != call.has(PAST_VALUE)
        || (call.has(PAST_KEY) && call.has(VALID_KEYS))) {
      throw node.error("expected past keys and values together, and no nonpad_kv_seqlen with them");
    }
  }

  static FunctionProto of(FunctionCall call) {
    // What is computed in: float32 throughout.
    call.node().ignore("softmax_precision", "q_num_heads", "kv_num_heads");
    return new AttentionFunction(call).build();
  }

  private FunctionProto build() {
    body.number("Zero", 0).number("NegInf", Double.NEGATIVE_INFINITY).vector("Last", -1);
    String queries = headsFirst("Q", queryHeads);
    String keys = present("key", headsFirst("K", keyHeads), PAST_KEY, 1);
    String values = present("value", headsFirst("V", keyHeads), PAST_VALUE, 2);
    int headSize = flat ? call.shape(0).dim(2) / queryHeads : call.shape(0).dim(3);
    double scale = node.number("scale", 1 / Math.sqrt(headSize));
    body.number("SqrtScale", Math.sqrt(scale))
        .add("Queries = Mul(" + queries + ", SqrtScale)")
        .add("KeysT = Transpose(" + grouped(keys, 1) + ")", "perm", new int[] {0, 1, 3, 2})
        .add("Keys = Mul(KeysT, SqrtScale)")
        .add("Product = MatMul(Queries, Keys)");
    String capped = capped();
    String bias = bias();
    String scores = "Scores";
    if (bias.isEmpty()) {
      scores = capped;
    } else {
      body.add("Scores = Add(" + capped + ", " + bias + ")");
    }
    body.add("Softmax = Softmax(" + scores + ")", "axis", -1);
    String weights = "Softmax";
    if (!bias.isEmpty()) {
      body.add("Most = ReduceMax(" + bias + ", Last)")
          .add("Masked = Equal(Most, NegInf)")
          .add("Weights = Where(Masked, Zero, Softmax)");
      weights = "Weights";
    }
    if (call.asks(3)) {
      body.add("qk_matmul_output = Identity(" + product(capped, scores, weights) + ")");
    }
    String result = grouped(values, 2);
    if (!flat) {
      return body.add("Y = MatMul(" + weights + ", " + result + ")").build();
    }
    return body.add("Heads = MatMul(" + weights + ", " + result + ")")
        .add("Joined = Transpose(Heads)", "perm", new int[] {0, 2, 1, 3})
        .vector("FlatShape", 0, 0, -1)
        .add("Y = Reshape(Joined, FlatShape)")
        .build();
  }

  private String product(String capped, String scores, String weights) {
    int mode = (int) node.integer("qk_matmul_output_mode", 0);
    return switch (mode) {
      case 0 -> "Product";
      case 1 -> capped;
      case 2 -> scores;
      case 3 -> weights;
      default ->
          throw node.error("attribute " + node.describe("qk_matmul_output_mode") + ", expected 0 to 3");
    };
  }

  private String headsFirst(String name, int heads) {
    if (!flat) {
      return name;
    }
    body.vector(name + "Shape", 0, 0, heads, -1)
        .add(name + "Split = Reshape(" + name + ", " + name + "Shape)")
        .add(name + "Heads = Transpose(" + name + "Split)", "perm", new int[] {0, 2, 1, 3});
    return name + "Heads";
  }

  /** Past and new keys or values, also as the output that asks for them. */
  private String present(String kind, String fresh, int past, int output) {
    String all = fresh;
    if (call.has(past)) {
      all = "all_" + kind;
      body.add(all + " = Concat(past_" + kind + ", " + fresh + ")", "axis", 2);
    }
    if (call.asks(output)) {
      body.add("present_" + kind + " = Identity(" + all + ")");
    }
    return all;
  }

  /** Each head of keys or values repeated for the heads of queries that share it. */
  private String grouped(String heads, int input) {
    if (queryHeads == keyHeads) {
      return heads;
    }
    int size = flat ? call.shape(input).dim(2) / keyHeads : call.shape(input).dim(3);
    String name = "Group" + input;
    body.vector(name + "Axis", 2)
        .vector(name + "Times", 1, 1, queryHeads / keyHeads, 1, 1)
        .vector(name + "Shape", 0, queryHeads, -1, size)
        .add(name + "One = Unsqueeze(" + heads + ", " + name + "Axis)")
        .add(name + "Many = Expand(" + name + "One, " + name + "Times)")
        .add(name + " = Reshape(" + name + "Many, " + name + "Shape)");
    return name;
  }

  private String capped() {
    double cap = node.number("softcap", 0);
    if (cap == 0) {
      return "Product";
    }
    body.number("Cap", cap)
        .add("CapDiv = Div(Product, Cap)")
        .add("CapTanh = Tanh(CapDiv)")
        .add("Capped = Mul(CapTanh, Cap)");
    return "Capped";
  }

  /** What is added to the products; "" for nothing. */
  private String bias() {
    String mask = mask();
    String allowed = allowed();
    if (allowed.isEmpty()) {
      return mask;
    }
    body.add("PlaceBias = Where(" + allowed + ", Zero, NegInf)");
    if (mask.isEmpty()) {
      return "PlaceBias";
    }
    body.add("Bias = Add(" + mask + ", PlaceBias)");
    return "Bias";
  }

  private String mask() {
    if (!call.has(MASK)) {
      return "";
    }
    String mask = "attn_mask";
    if (call.type(MASK) == DType.BOOL) {
      body.add("MaskBias = Where(attn_mask, Zero, NegInf)");
      mask = "MaskBias";
    }
    int missing = keys() - call.shape(MASK).dim(call.rank(MASK) - 1);
    if (missing > 0 && node.opset() >= 24) {
      body.vector("MaskPads", 0, missing)
          .add("MaskPadded = Pad(" + mask + ", MaskPads, NegInf, Last)");
      mask = "MaskPadded";
    }
    return mask;
  }

  private int keys() {
    int past = call.has(PAST_KEY) ? call.shape(PAST_KEY).dim(2) : 0;
    return past + call.shape(1).dim(call.rank(1) - 2);
  }

  /** Which keys a query may see by their places; "" for all. */
  private String allowed() {
    boolean causal = node.flag("is_causal", false);
    long left = node.integer("left_window_size", -1);
    long right = node.integer("right_window_size", -1);
    boolean byPlace = causal || left >= 0 || right >= 0;
    boolean outside = call.has(VALID_KEYS);
    if (!byPlace && !outside) {
      return "";
    }
    body.scalar("First", 0).scalar("Step", 1).scalar("KeyCount", keys());
    body.add("Key = Range(First, KeyCount, Step)");
    String allowed = "";
    if (outside) {
      body.vector("Inner", 1, 2, 3).add("ValidKeys = Unsqueeze(nonpad_kv_seqlen, Inner)");
      body.add("InUse = Less(Key, ValidKeys)");
      allowed = "InUse";
    }
    if (byPlace) {
      int queries = call.shape(0).dim(call.rank(0) - 2);
      body.scalar("QueryCount", queries).vector("Column", 1);
      body.add("Query = Range(First, QueryCount, Step)").add("Row = Unsqueeze(Query, Column)");
      if (outside) {
        body.add("Offset = Sub(ValidKeys, QueryCount)");
      } else {
        body.scalar("Offset", call.has(PAST_KEY) ? call.shape(PAST_KEY).dim(2) : 0);
      }
      body.add("Place = Add(Row, Offset)").add("Behind = Sub(Place, Key)");
      if (causal) {
        allowed = and(allowed, "Causal", "GreaterOrEqual", 0);
      }
      if (left >= 0) {
        allowed = and(allowed, "Left", "LessOrEqual", left);
      }
      if (right >= 0) {
        allowed = and(allowed, "Right", "GreaterOrEqual", -right);
      }
    }
    return allowed;
  }

  private String and(String before, String name, String comparison, long bound) {
    body.scalar(name + "Bound", bound)
        .add(name + " = " + comparison + "(Behind, " + name + "Bound)");
    if (before.isEmpty()) {
      return name;
    }
    body.add(name + "And = And(" + before + ", " + name + ")");
    return name + "And";
  }
}
