package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trigonometry, bits, determinants, sums of products, and reductions that are compositions. */
class MathImportTest {
  private static final Random RANDOM = new Random(11);
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @ParameterizedTest
  @ValueSource(strings = {"Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh"})
  void trigonometry(String opType) {
    float from = opType.equals("Acosh") ? 1 : -0.95f;
    float[] x = new float[20];
    for (int i = 0; i < x.length; i++) {
      x[i] = from + 0.1f * i;
    }
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, opType, List.of("x")).input("x", Tensor.of(x, 4, 5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BitwiseAnd", "BitwiseOr", "BitwiseXor"})
  void bitsOfTwoIntegers(String opType) {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(18)
            .input("x", Tensor.of(DType.INT32, Shape.of(3, 1), new int[] {12, -7, 255}))
            .constant("c", Tensor.of(DType.INT32, Shape.of(2), new int[] {10, -1}))
            .node(opType, List.of("x", "c"), List.of("y"))
            .output("y", DType.INT32));
  }

  @Test
  void invertedBits() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(18)
            .input("x", Tensor.of(DType.UINT8, Shape.of(3, 1), new int[] {12, 0, 255}))
            .node("BitwiseNot", List.of("x"), List.of("y"))
            .output("y", DType.UINT8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LEFT", "RIGHT"})
  void shiftsLoseWhatLeavesTheType(String direction) {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(18)
            .input("x", Tensor.of(DType.UINT8, Shape.of(2, 2), new int[] {16, 4, 255, 129}))
            .constant("by", Tensor.of(DType.UINT8, Shape.of(2), new int[] {1, 4}))
            .node("BitShift", List.of("x", "by"), List.of("y"), "direction", direction)
            .output("y", DType.UINT8));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0", "0, 1", "0, 0"})
  void infinitiesOfEitherSign(int negative, int positive) {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(20)
            .input("x", Tensor.of(new float[] {-1, Float.NaN, INFINITY, -INFINITY}, 2, 2))
            .node(
                "IsInf",
                List.of("x"),
                List.of("y"),
                "detect_negative",
                negative,
                "detect_positive",
                positive)
            .output("y", DType.BOOL));
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 0, torch.nn.functional.hardshrink",
    "0.5, 0.5, torch.nn.functional.softshrink",
    "0.5, 0.25, torch.where",
    "-0.5, 0, torch.where"
  })
  void shrinks(double lambd, double bias, String expected) {
    TinyModel tiny =
        TinyModel.of(9, "Shrink", List.of("x"), "lambd", lambd, "bias", bias)
            .input("x", Tensors.normal(RANDOM, 4, 5));
    assertThat(OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(tiny))).contains(expected);
  }

  @Test
  void aShrinkOfIntegersIsRefused() {
    TinyModel tiny =
        new TinyModel(9)
            .input("x", Tensors.longs(1, 2))
            .node("Shrink", List.of("x"), List.of("y"))
            .output("y", DType.INT64);
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Shrink_0")
        .hasMessageContaining("torch.int64, expected floating point numbers");
  }

  @Test
  void thresholds() {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(10, "ThresholdedRelu", List.of("x"), "alpha", 0.3)
            .input("x", Tensors.normal(RANDOM, 4, 5)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void swish(double alpha) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(24, "Swish", List.of("x"), "alpha", alpha)
            .input("x", Tensors.normal(RANDOM, 3, 4)));
  }

  /** {@code a · sigmoid(alpha · a) · b}; no ONNX Runtime has it yet. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void swiGlu(double alpha) {
    Tensor a = Tensors.normal(RANDOM, 3, 4);
    Tensor b = Tensors.normal(RANDOM, 3, 4);
    float[] expected = new float[12];
    for (int i = 0; i < 12; i++) {
      float v = a.floats()[i];
      expected[i] = (float) (v / (1 + Math.exp(-alpha * v)) * b.floats()[i]);
    }
    var graph =
        OnnxImporter.run(
            TinyModel.of(28, "SwiGLU", List.of("a", "b"), "alpha", alpha)
                .input("a", a)
                .input("b", b)
                .build(),
            ImportOptions.none());

    Tensors.assertClose((Tensor) graph.run(a, b), Tensor.of(expected, 3, 4), 1e-5, "SwiGLU");
  }

  @Test
  void determinants() {
    Tensor x = Tensors.normal(RANDOM, 3, 2, 4, 4);
    System.arraycopy(x.floats(), 0, x.floats(), 4, 4); // a singular one
    x.floats()[32] = 0; // a pivot of another row
    OperatorCheck.againstOnnxRuntime(TinyModel.of(11, "Det", List.of("x")).input("x", x), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bij, bjk -> bik", "...ij,...jk->...ki", "bij,bjk", "bij,bjk->b"})
  void sumsOfProducts(String equation) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(12, "Einsum", List.of("x", "z"), "equation", equation)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .input("z", Tensors.normal(RANDOM, 2, 4, 5)),
        1e-4);
  }

  @ParameterizedTest
  @CsvSource({"ReduceL1, 13", "ReduceLogSum, 13", "ReduceLogSumExp, 13", "ReduceL2, 13"})
  void reductionsByAttribute(String opType, int opset) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(opset, opType, List.of("x"), "axes", new int[] {-1, 1}, "keepdims", 0)
            .input("x", positive(2, 3, 4)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ReduceL1", "ReduceLogSum", "ReduceLogSumExp", "ReduceSum", "ReduceSumSquare"})
  void reductionsByInput(String opType) {
    for (int keep : new int[] {0, 1}) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(18, opType, List.of("x", "axes"), "keepdims", keep)
              .input("x", positive(2, 3, 4))
              .constant("axes", Tensors.longs(1, -1)));
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(
                  18, opType, List.of("x", "axes"), "keepdims", keep, "noop_with_empty_axes", 0)
              .input("x", positive(2, 3, 4))
              .constant("axes", Tensors.longs(2)));
    }
  }

  @Test
  void anOperatorThatReducesNothingIgnoresKeepdims() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(18)
            .input("x", positive(2, 3, 4))
            .node("ReduceSum", List.of("x"), List.of("s"), "keepdims", 1, "noop_with_empty_axes", 1)
            .node("Neg", List.of("s"), List.of("y"))
            .output("y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReduceSum", "ReduceProd", "ReduceMax"})
  void reductionsKeepTheTypeOfIntegers(String opType) {
    var graph =
        OnnxImporter.run(
            new TinyModel(13)
                .input("x", Tensor.of(DType.INT32, Shape.of(2, 2), new int[] {2, 3, 4, 5}))
                .node(opType, List.of("x"), List.of("y"), "keepdims", 0)
                .output("y", DType.INT32)
                .build(),
            ImportOptions.none());
    Tensor x = Tensor.of(DType.INT32, Shape.of(2, 2), new int[] {2, 3, 4, 5});
    assertThat(((Tensor) graph.run(x)).dtype()).isEqualTo(DType.INT32);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "1, -1", "2, -1"})
  void normsOfZeroDivideNothing(int p, int axis) {
    Tensor x = Tensors.normal(RANDOM, 2, 3, 4);
    for (int i = 0; i < 12; i++) {
      x.floats()[i] = i % 4 == 0 || i < 4 ? 0 : x.floats()[i];
    }
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, "LpNormalization", List.of("x"), "p", p, "axis", axis).input("x", x));
  }

  @Test
  void meansAndVariances() {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(13, "MeanVarianceNormalization", List.of("x"), "axes", new int[] {1, -1})
            .input("x", Tensors.normal(RANDOM, 2, 3, 2, 4)),
        1e-4);
  }

  @Test
  void operatorsOfOnnxRuntime() {
    Tensor x = Tensors.normal(RANDOM, 2, 3, 4);
    Tensor bias = Tensors.normal(RANDOM, 4);
    for (String type : List.of("Gelu", "FastGelu", "QuickGelu")) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(17, "com.microsoft:" + type, List.of("x")).input("x", x), 1e-4);
    }
    for (String type : List.of("BiasGelu", "FastGelu")) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(17, "com.microsoft:" + type, List.of("x", "b"))
              .input("x", x)
              .constant("b", bias),
          1e-4);
    }
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, "com.microsoft:QuickGelu", List.of("x"), "alpha", 0.7).input("x", x));
  }

  private static Tensor positive(int... dims) {
    Tensor x = Tensors.normal(RANDOM, dims);
    for (int i = 0; i < x.numel(); i++) {
      x.floats()[i] = Math.abs(x.floats()[i]) + 0.1f;
    }
    return x;
  }
}
