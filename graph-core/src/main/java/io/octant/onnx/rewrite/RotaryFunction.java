package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;

/**
 * The body of ONNX's RotaryEmbedding for one node.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html">ONNX</a>
 */
final class RotaryFunction {
  private RotaryFunction() {}

  static FunctionProto of(FunctionCall call) {
    OnnxNode node = call.node();
    boolean flat = call.rank(0, 3, 4) == 3;
    boolean interleaved = node.flag("interleaved", false);
    int heads = (int) node.integer("num_heads", 0);
    if (flat && heads < 1) {
      throw node.error("num_heads " + heads + ", expected 1 or more for input of rank 3");
    }
    int size = flat ? call.shape(0).dim(2) / heads : call.shape(0).dim(3);
    int given = (int) node.integer("rotary_embedding_dim", 0);
    int rotary = given == 0 ? size : given;
    if (rotary > size || rotary % 2 != 0) {
      throw node.error("rotary_embedding_dim " + rotary + ", expected an even number up to " + size);
    }
    FunctionText body =
        new FunctionText(
            "RotaryEmbedding", node.opset(), "X cos_cache sin_cache position_ids", "Y");
    if (flat) {
      body.vector("SplitShape", 0, 0, heads, -1).add("Heads = Reshape(X, SplitShape)");
    } else {
      body.add("Heads = Transpose(X)", "perm", new int[] {0, 2, 1, 3});
    }
    String turned = "Heads";
    if (rotary < size) {
      body.vector("Lengths", rotary, size - rotary)
          .add("Turned, Kept = Split(Heads, Lengths)", "axis", -1);
      turned = "Turned";
    }
    cache(body, call, "cos", rotary / 2);
    cache(body, call, "sin", rotary / 2);
    body.vector("From", 0).vector("Next", 1).vector("End", rotary).vector("Axis", 3);
    if (interleaved) {
      body.vector("Two", 2)
          .add("Even = Slice(" + turned + ", From, End, Axis, Two)")
          .add("Odd = Slice(" + turned + ", Next, End, Axis, Two)");
    } else {
      body.vector("Half", rotary / 2, rotary / 2)
          .add("Even, Odd = Split(" + turned + ", Half)", "axis", -1);
    }
    body.add("CosEven = Mul(cos, Even)")
        .add("SinOdd = Mul(sin, Odd)")
        .add("Real = Sub(CosEven, SinOdd)")
        .add("SinEven = Mul(sin, Even)")
        .add("CosOdd = Mul(cos, Odd)")
        .add("Imaginary = Add(SinEven, CosOdd)");
    if (interleaved) {
      body.vector("Inner", 4)
          .add("RealInner = Unsqueeze(Real, Inner)")
          .add("ImaginaryInner = Unsqueeze(Imaginary, Inner)")
          .add("Pairs = Concat(RealInner, ImaginaryInner)", "axis", -1)
          .vector("PairShape", 0, 0, 0, rotary)
          .add("Result = Reshape(Pairs, PairShape)");
    } else {
      body.add("Result = Concat(Real, Imaginary)", "axis", -1);
    }
    String whole = "Result";
    if (rotary < size) {
      body.add("Whole = Concat(Result, Kept)", "axis", -1);
      whole = "Whole";
    }
    if (!flat) {
      return body.add("Y = Transpose(" + whole + ")", "perm", new int[] {0, 2, 1, 3}).build();
    }
    return body.vector("FlatShape", 0, 0, -1).add("Y = Reshape(" + whole + ", FlatShape)").build();
  }

  /** Cosines or sines of the places, for all heads. */
  private static void cache(FunctionText body, FunctionCall call, String name, int half) {
    int input = name.equals("cos") ? 1 : 2;
    String at = name + "_cache";
    if (call.has(3)) {
      body.add(name + "Places = Gather(" + at + ", position_ids)");
      at = name + "Places";
    }
    if (call.shape(input).dim(call.rank(input) - 1) != half) {
      body.vector(name + "From", 0)
          .vector(name + "To", half)
          .vector(name + "Last", 2)
          .add(name + "Part = Slice(" + String.join(", ", at, name + "From", name + "To", name + "Last") + ")");
      at = name + "Part";
    }
    body.vector(name + "Head", 2).add(name + " = Unsqueeze(" + at + ", " + name + "Head)");
  }
}
