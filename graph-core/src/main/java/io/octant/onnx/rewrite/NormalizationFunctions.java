package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import java.util.stream.LongStream;

/** The bodies of normalizations over the last axes. */
final class NormalizationFunctions {
  private NormalizationFunctions() {}

  private static FunctionText over(FunctionCall call, String inputs, String outputs) {
    OnnxNode node = call.node();
    node.ignore("stash_type"); // computed in float32 always
    int rank = call.rank(0);
    int axis = call.axis(node.integer("axis", -1), rank);
    return new FunctionText(node.opType(), node.opset(), inputs, outputs)
        .vector("Axes", LongStream.range(axis, rank).toArray())
        .number("Epsilon", node.number("epsilon", 1e-5f));
  }

  /** Reduction axes as an input or, before operator set 18, an attribute. */
  private static void mean(FunctionText body, FunctionCall call, String out, String in) {
    if (call.node().opset() >= 18) {
      body.add(out + " = ReduceMean(" + in + ", Axes)");
      return;
    }
    int rank = call.rank(0);
    int axis = call.axis(call.node().integer("axis", -1), rank);
    int[] axes = new int[rank - axis];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = axis + i;
    }
    body.add(out + " = ReduceMean(" + in + ")", "axes", axes);
  }

  /** With mean and inverse deviation as outputs, which no torch module returns. */
  static FunctionProto layer(FunctionCall call) {
    FunctionText body = over(call, "X Scale B", "Y Mean InvStdDev");
    mean(body, call, "Mean", "X");
    body.add("Deviation = Sub(X, Mean)").add("Square = Mul(Deviation, Deviation)");
    mean(body, call, "Variance", "Square");
    body.add("Shifted = Add(Variance, Epsilon)")
        .add("StdDev = Sqrt(Shifted)")
        .add("InvStdDev = Reciprocal(StdDev)")
        .add("Normalized = Mul(Deviation, InvStdDev)");
    if (!call.has(2)) {
      return body.add("Y = Mul(Normalized, Scale)").build();
    }
    return body.add("Scaled = Mul(Normalized, Scale)").add("Y = Add(Scaled, B)").build();
  }
}
