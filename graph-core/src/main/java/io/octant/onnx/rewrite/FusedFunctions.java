package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Products that ONNX Runtime's optimizer joins with what follows them, taken apart again. */
final class FusedFunctions {
  private FusedFunctions() {}

  static Map<String, Function<FunctionCall, FunctionProto>> all() {
    return Map.of(
        "FusedConv", FusedFunctions::conv,
        "FusedGemm", FusedFunctions::gemm,
        "FusedMatMul", FusedFunctions::matMul,
        "TransposeMatMul", FusedFunctions::matMul,
        "BiasSoftmax", FusedFunctions::biasSoftmax);
  }

  private static FunctionText text(FunctionCall call, String inputs) {
    return new FunctionText(call.node().opType(), call.opset(), inputs, "Y");
  }

  private static FunctionProto conv(FunctionCall call) {
    FunctionText body = text(call, "X W B Z");
    OnnxNode node = call.node();
    String product = call.has(3) ? "Product" : "Sum";
    body.add(
        product + " = Conv(X, W, B)",
        FunctionText.like(
            node, "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"));
    if (call.has(3)) {
      body.add("Sum = Add(Product, Z)");
    }
    AttributeProto given = node.raw("activation_params");
    List<Float> parameters = given == null ? List.of() : given.getFloatsList();
    return activated(body, node, parameters).build();
  }

  private static FunctionProto gemm(FunctionCall call) {
    OnnxNode node = call.node();
    FunctionText body =
        text(call, "A B C")
            .add(
                "Sum = Gemm(A, B, C)",
                FunctionText.like(node, "alpha", "beta", "transA", "transB"));
    List<Float> parameters = new ArrayList<>();
    for (String name : List.of("activation_alpha", "activation_beta", "activation_gamma")) {
      if (node.has(name)) {
        parameters.add((float) node.number(name, 0));
      }
    }
    return activated(body, node, parameters).build();
  }

  /** {@code Y}, an activation of {@code Sum} with its parameters in ONNX Runtime's order. */
  private static FunctionText activated(FunctionText body, OnnxNode node, List<Float> p) {
    String activation = node.string("activation", "");
    switch (activation) {
      case "" -> body.add("Y = Identity(Sum)");
      case "Relu", "Tanh", "Sigmoid" -> body.add("Y = " + activation + "(Sum)");
      case "LeakyRelu" -> {
        require(node, activation, p, 1);
        body.add("Y = LeakyRelu(Sum)", "alpha", (double) p.get(0));
      }
      case "HardSigmoid" -> {
        require(node, activation, p, 2);
        body.add("Y = HardSigmoid(Sum)", "alpha", (double) p.get(0), "beta", (double) p.get(1));
      }
      case "Clip" -> {
        require(node, activation, p, 2);
        body.number("Least", p.get(0)).number("Most", p.get(1));
        body.add("Raised = Max(Sum, Least)").add("Y = Min(Raised, Most)");
      }
      default ->
          throw node.error(
              "attribute "
                  + node.describe("activation")
                  + ", expected Relu, Tanh, Sigmoid, LeakyRelu, HardSigmoid or Clip");
    }
    return body;
  }

  private static void require(OnnxNode node, String activation, List<Float> given, int wanted) {
    if (given.size() != wanted) {
      throw node.error(given.size() + " parameters of " + activation + ", expected " + wanted);
    }
  }

  /** {@code alpha · A' B'}, the last two axes of each transposed where it says so. */
  private static FunctionProto matMul(FunctionCall call) {
    OnnxNode node = call.node();
    FunctionText body = text(call, "A B");
    String a = turned(body, call, "A", 0);
    String b = turned(body, call, "B", 1);
    double alpha = node.number("alpha", 1);
    if (alpha == 1) {
      return body.add("Y = MatMul(" + a + ", " + b + ")").build();
    }
    return body.add("Product = MatMul(" + a + ", " + b + ")")
        .number("Alpha", alpha)
        .add("Y = Mul(Product, Alpha)")
        .build();
  }

  /**
   * An operand in the order of its product. Transposed batch axes stand after the first of the
   * matrix; a vector stays as it is.
   */
  private static String turned(FunctionText body, FunctionCall call, String name, int input) {
    OnnxNode node = call.node();
    boolean rows = node.flag("trans" + name, false);
    boolean batch = node.flag("transBatch" + name, false);
    int rank = call.rank(input);
    if (rank < 2 || (!rows && !(batch && rank > 2))) {
      return name;
    }
    int[] perm = new int[rank];
    Arrays.setAll(perm, i -> i);
    if (batch) {
      Arrays.setAll(perm, i -> i < rank - 2 ? i + 1 : i == rank - 2 ? 0 : i);
    }
    if (rows) {
      int last = perm[rank - 1];
      perm[rank - 1] = perm[rank - 2];
      perm[rank - 2] = last;
    }
    body.add(name + "t = Transpose(" + name + ")", "perm", perm);
    return name + "t";
  }

  private static FunctionProto biasSoftmax(FunctionCall call) {
    OnnxNode node = call.node();
    int rank = call.rank(0);
    int axis = call.axis(node.integer("axis", 1), rank);
    if (axis != rank - 1 || call.rank(1) != rank) {
      throw node.error(
          "axis "
              + axis
              + " of "
              + call.shape(0)
              + " with a bias of "
              + call.shape(1)
              + ", expected the last axis and as many axes in both");
    }
    node.ignore("is_inner_broadcast"); // shapes of equal rank tell
    return text(call, "X B").add("Sum = Add(X, B)").add("Y = Softmax(Sum)", "axis", axis).build();
  }
}
