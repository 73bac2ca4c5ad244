package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators of ai.onnx.ml, against ONNX Runtime. */
class LearningImportTest {
  private static final Random RANDOM = new Random(24);
  private static final float[] COEFFICIENTS = {1, -2, 0.5f, 3, 0.25f, -1, -0.5f, 2, 1, 0.1f, 4, 2};

  private static TinyModel model(int opset, String type, Object... attributes) {
    return new TinyModel(opset)
        .input("x", Tensors.normal(RANDOM, 3, 4))
        .node("ai.onnx.ml:" + type, List.of("x"), List.of("y"), attributes)
        .output("y");
  }

  @Test
  void scaledAndBinary() {
    float[] each = {1, 2, 3, -4};
    OperatorCheck.againstOnnxRuntime(model(17, "Scaler", "offset", each, "scale", each));
    float[] one = {0.5f};
    OperatorCheck.againstOnnxRuntime(model(11, "Scaler", "offset", one, "scale", one));
    OperatorCheck.againstOnnxRuntime(model(17, "Binarizer", "threshold", 0.25));
    Tensor integers = Tensor.of(DType.INT64, Shape.of(2, 4), new long[] {1, 2, 3, 4, 5, 6, 7, 8});
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("x", integers)
            .node("ai.onnx.ml:Scaler", List.of("x"), List.of("y"), "offset", each, "scale", each)
            .output("y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAX", "L1", "L2"})
  void normalized(String norm) {
    for (int opset : new int[] {11, 18}) {
      OperatorCheck.againstOnnxRuntime(
          new TinyModel(opset)
              .input("x", Tensor.of(new float[] {3, 1, 2, 0, 0, 0, 0.5f, 4, 1}, 3, 3))
              .node("ai.onnx.ml:Normalizer", List.of("x"), List.of("y"), "norm", norm)
              .output("y"));
    }
  }

  @Test
  void regression() {
    float[] intercepts = {1, 2, 3};
    OperatorCheck.againstOnnxRuntime(
        model(
            17,
            "LinearRegressor",
            "coefficients",
            COEFFICIENTS,
            "intercepts",
            intercepts,
            "targets",
            3));
    OperatorCheck.againstOnnxRuntime(
        model(17, "LinearRegressor", "coefficients", new float[] {1, 2, -3, 4}));
  }

  private static TinyModel classifier(String transform, String labels, Object values) {
    return new TinyModel(17)
        .input("x", Tensors.normal(RANDOM, 3, 4))
        .node(
            "ai.onnx.ml:LinearClassifier",
            List.of("x"),
            List.of("label", "scores"),
            "coefficients",
            COEFFICIENTS,
            "intercepts",
            new float[] {0.1f, 0.2f, -0.3f},
            labels,
            values,
            "post_transform",
            transform);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "LOGISTIC", "SOFTMAX"})
  void classification(String transform) {
    OperatorCheck.againstOnnxRuntime(
        classifier(transform, "classlabels_ints", new int[] {7, 3, 5})
            .output("label", DType.INT64)
            .output("scores"));
  }

  @Test
  void labelsThatAreTextAreRefusedWhereTheyAreRead() {
    String[] names = {"a", "b", "c"};
    OnnxImporter.run(
        classifier("NONE", "classlabels_strings", names).output("scores").build(),
        ImportOptions.none());
    assertThatThrownBy(
            () ->
                OnnxImporter.run(
                    classifier("NONE", "classlabels_strings", names).output("label").build(),
                    ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("ai.onnx.ml.LinearClassifier node 'LinearClassifier_0'")
        .hasMessageContaining("output 0 'label' is read");
    assertThatThrownBy(
            () ->
                OnnxImporter.run(
                    classifier("PROBIT", "classlabels_ints", new int[] {1, 2, 3})
                        .output("scores")
                        .build(),
                    ImportOptions.none()))
        .hasMessageContaining("attribute post_transform = PROBIT, expected NONE");
  }
}
