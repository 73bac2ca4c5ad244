package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operators of {@code ai.onnx.ml} on [samples, features] that are arithmetic. */
final class LearningFunctions {
  private LearningFunctions() {}

  static Map<String, Function<FunctionCall, FunctionProto>> all() {
    return Map.of(
        "Binarizer", LearningFunctions::binarizer,
        "LinearClassifier", LearningFunctions::classifier,
        "LinearRegressor", LearningFunctions::regressor,
        "Normalizer", LearningFunctions::normalizer,
        "Scaler", LearningFunctions::scaler);
  }

  /** A body with {@code F}, the features in float32. */
  private static FunctionText features(FunctionCall call, String outputs) {
    OnnxNode node = call.node();
    call.rank(0, 2, 2);
    return new FunctionText(node.opType(), call.opset(), "X", outputs).add("F = Cast(X)", "to", 1);
  }

  private static float @Nullable [] floats(OnnxNode node, String attribute) {
    AttributeProto a = node.raw(attribute);
    if (a == null) {
      return null;
    }
    float[] out = new float[a.getFloatsCount()];
    for (int i = 0; i < out.length; i++) {
      out[i] = a.getFloats(i);
    }
    return out;
  }

  private static float[] floats(OnnxNode node, String attribute, int one, int or) {
    float[] out = floats(node, attribute);
    if (out == null || (out.length != one && out.length != or)) {
      throw node.error(
          "attribute "
              + node.describe(attribute)
              + ", expected "
              + one
              + (or == one ? "" : " or " + or)
              + " numbers");
    }
    return out;
  }

  private static FunctionProto binarizer(FunctionCall call) {
    return features(call, "Y")
        .number("Threshold", call.node().number("threshold", 0))
        .add("Above = Greater(F, Threshold)")
        .add("Y = Cast(Above)", "to", 1)
        .build();
  }

  /** {@code (x − offset) · scale}, one for each feature or for all. */
  private static FunctionProto scaler(FunctionCall call) {
    int width = call.shape(0).dim(1);
    float[] offset = floats(call.node(), "offset", 1, width);
    float[] scale = floats(call.node(), "scale", 1, width);
    return features(call, "Y")
        .add("Offset = Constant()", "value", Tensor.of(offset, offset.length))
        .add("Scale = Constant()", "value", Tensor.of(scale, scale.length))
        .add("Moved = Sub(F, Offset)")
        .add("Y = Mul(Moved, Scale)")
        .build();
  }

  /** Each sample divided by its norm, unless that is 0. */
  private static FunctionProto normalizer(FunctionCall call) {
    OnnxNode node = call.node();
    String reduction =
        switch (node.string("norm", "MAX")) {
          case "MAX" -> "ReduceMax";
          case "L1" -> "ReduceL1";
          case "L2" -> "ReduceL2";
          default ->
              throw node.error("attribute " + node.describe("norm") + ", expected MAX, L1, L2");
        };
    FunctionText body = features(call, "Y");
    if (call.opset() >= 18) {
      body.vector("Axis", 1).add("Norm = " + reduction + "(F, Axis)");
    } else {
      body.add("Norm = " + reduction + "(F)", "axes", new int[] {1});
    }
    return body.number("Zero", 0)
        .number("One", 1)
        .add("Empty = Equal(Norm, Zero)")
        .add("Divisor = Where(Empty, One, Norm)")
        .add("Y = Div(F, Divisor)")
        .build();
  }

  private static FunctionProto regressor(FunctionCall call) {
    int targets = (int) call.node().integer("targets", 1);
    FunctionText body = scores(call, features(call, "Y"), targets);
    return transformed(call.node(), body, "Y").build();
  }

  /**
   * {@code Scores}, the features times the coefficients of each class or target, plus intercepts.
   */
  private static FunctionText scores(FunctionCall call, FunctionText body, int rows) {
    OnnxNode node = call.node();
    int width = call.shape(0).dim(1);
    float[] coefficients = floats(node, "coefficients", rows * width, rows * width);
    float[] turned = new float[coefficients.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i % width * rows + i / width] = coefficients[i];
    }
    body.add("Weight = Constant()", "value", Tensor.of(turned, width, rows));
    float[] intercepts = floats(node, "intercepts");
    if (intercepts == null || intercepts.length == 0) {
      return body.add("Scores = MatMul(F, Weight)");
    }
    intercepts = floats(node, "intercepts", rows, rows);
    return body.add("Bias = Constant()", "value", Tensor.of(intercepts, rows))
        .add("Product = MatMul(F, Weight)")
        .add("Scores = Add(Product, Bias)");
  }

  private static FunctionText transformed(OnnxNode node, FunctionText body, String out) {
    return switch (node.string("post_transform", "NONE")) {
      case "NONE" -> body.add(out + " = Identity(Scores)");
      case "LOGISTIC" -> body.add(out + " = Sigmoid(Scores)");
      case "SOFTMAX" -> body.add(out + " = Softmax(Scores)", "axis", 1);
      default ->
          throw node.error(
              "attribute "
                  + node.describe("post_transform")
                  + ", expected NONE, LOGISTIC or SOFTMAX");
    };
  }

  /** The label of the largest score, an integer, and the scores. */
  private static FunctionProto classifier(FunctionCall call) {
    OnnxNode node = call.node();
    node.ignore("multi_class"); // each class has coefficients of its own
    int[] labels = node.integers("classlabels_ints", new int[0]);
    AttributeProto names = node.raw("classlabels_strings");
    int classes = labels.length > 0 ? labels.length : names == null ? 0 : names.getStringsCount();
    if (classes < 2) {
      throw node.error(classes + " class labels, expected two or more");
    }
    FunctionText body = scores(call, features(call, "Y Z"), classes);
    if (labels.length > 0) { // no tensor here holds text
      long[] values = new long[labels.length];
      java.util.Arrays.setAll(values, i -> labels[i]);
      body.add("Best = ArgMax(Scores)", "axis", 1, "keepdims", 0)
          .add("Labels = Constant()", "value", Tensor.of(DType.INT64, Shape.of(classes), values))
          .add("Y = Gather(Labels, Best)");
    }
    return transformed(node, body, "Z").build();
  }
}
