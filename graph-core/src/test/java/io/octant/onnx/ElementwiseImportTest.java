package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations, arithmetic, comparisons. */
class ElementwiseImportTest {
  private static final Random RANDOM = new Random(4);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Relu",
        "Sigmoid",
        "Tanh",
        "HardSwish",
        "HardSigmoid",
        "Softplus",
        "Softsign",
        "Selu",
        "Elu",
        "LeakyRelu",
        "Exp",
        "Neg",
        "Abs",
        "Floor",
        "Ceil",
        "Round",
        "Sign",
        "Erf",
        "Sin",
        "Cos",
        "Identity",
        "Softmax",
        "LogSoftmax"
      })
  void unaryOperators(String opType) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, opType, List.of("x")).input("x", Tensors.normal(RANDOM, 3, 4, 5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sqrt", "Log", "Reciprocal"})
  void operatorsOfPositiveNumbers(String opType) {
    Tensor positive = Tensors.normal(RANDOM, 2, 7);
    for (int i = 0; i < positive.numel(); i++) {
      positive.floats()[i] = Math.abs(positive.floats()[i]) + 0.1f;
    }
    OperatorCheck.againstOnnxRuntime(TinyModel.of(17, opType, List.of("x")).input("x", positive));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of(17, "Elu", new Object[] {"alpha", 0.7}),
        Arguments.of(17, "Celu", new Object[] {"alpha", 0.7}),
        Arguments.of(17, "LeakyRelu", new Object[] {"alpha", 0.3}),
        Arguments.of(17, "HardSigmoid", new Object[] {"alpha", 0.25, "beta", 0.4}),
        Arguments.of(17, "HardSigmoid", new Object[] {"alpha", 1.0 / 6, "beta", 0.5}),
        Arguments.of(17, "Softmax", new Object[] {"axis", 1}),
        Arguments.of(11, "Softmax", new Object[] {"axis", 2}),
        Arguments.of(20, "Gelu", new Object[] {}),
        Arguments.of(20, "Gelu", new Object[] {"approximate", "tanh"}),
        Arguments.of(6, "Clip", new Object[] {"min", -0.5, "max", 0.25}),
        Arguments.of(18, "Mish", new Object[] {}));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("settings")
  void attributesAreHonoured(int opset, String opType, Object[] attributes) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(opset, opType, List.of("x"), attributes)
            .input("x", Tensors.normal(RANDOM, 3, 4, 5)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 6, torch.nn.functional.relu6",
    "-1, 1, torch.nn.functional.hardtanh",
    "-0.5, , torch.clamp",
    "0, , torch.nn.functional.relu",
    ", 0.5, torch.clamp"
  })
  void clipBecomesTheActivationThatItIs(Float min, Float max, String expected) {
    List<String> inputs = List.of("x", min == null ? "" : "lo", max == null ? "" : "hi");
    TinyModel tiny =
        TinyModel.of(13, "Clip", max == null ? inputs.subList(0, 2) : inputs)
            .input("x", Tensors.normal(RANDOM, 3, 4));
    if (min != null) {
      tiny.constant("lo", Tensor.scalar(min));
    }
    if (max != null) {
      tiny.constant("hi", Tensor.scalar(max));
    }
    assertThat(OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(tiny)))
        .containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Min"})
  void arithmeticBroadcasts(String opType) {
    int[][] others = {{2, 3, 4}, {4}, {3, 1}, {}, {1}};
    for (int[] shape : others) {
      Tensor other = Tensors.normal(RANDOM, shape);
      TinyModel right =
          TinyModel.of(17, opType, List.of("x", "c")).input("x", Tensors.normal(RANDOM, 2, 3, 4));
      TinyModel left =
          TinyModel.of(17, opType, List.of("c", "x")).input("x", Tensors.normal(RANDOM, 2, 3, 4));
      if (shape.length == 3) {
        right.input("c", other);
        left.input("c", other);
      } else {
        right.constant("c", other);
        left.constant("c", other);
      }
      OperatorCheck.againstOnnxRuntime(right);
      OperatorCheck.againstOnnxRuntime(left);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"})
  void comparisonsGiveBooleans(String opType) {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("x", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))
            .input("z", Tensor.of(new float[] {2, 2, 2, 2}, 2, 2))
            .node(opType, List.of("x", "z"), List.of("y"))
            .output("y", DType.BOOL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"And", "Or", "Xor"})
  void logic(String opType) {
    Tensor a = Tensor.of(DType.BOOL, Shape.of(2, 2), new int[] {0, 0, 1, 1});
    Tensor b = Tensor.of(DType.BOOL, Shape.of(2, 2), new int[] {0, 1, 0, 1});
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("a", a)
            .input("b", b)
            .node(opType, List.of("a", "b"), List.of("c"))
            .node("Not", List.of("c"), List.of("y"))
            .output("y", DType.BOOL));
  }

  @Test
  void integersDivideTowardsZero() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("a", Tensor.of(DType.INT64, Shape.of(4, 1), new long[] {7, -7, 7, -7}))
            .input("b", Tensor.of(DType.INT64, Shape.of(4, 1), new long[] {2, 2, -2, -2}))
            .node("Div", List.of("a", "b"), List.of("y"))
            .output("y", DType.INT64));
  }

  @Test
  void whereAndCasts() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("mask", Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {1, 0, 0, 1}))
            .input("x", Tensors.normal(RANDOM, 2, 2))
            .constant("fill", Tensor.scalar(-3e38f))
            .node("Cast", List.of("mask"), List.of("keep"), "to", 9)
            .node("Where", List.of("keep", "x", "fill"), List.of("y"))
            .output("y"));
  }

  @Test
  void powersAndScalarsBecomeNumbers() {
    var graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(17)
                .input("x", Tensors.normal(RANDOM, 2, 3))
                .constant("two", Tensor.scalar(2f))
                .constant("quarter", Tensor.of(new float[] {0.25f}, 1))
                .node("Pow", List.of("x", "two"), List.of("p"))
                .node("Mul", List.of("quarter", "p"), List.of("y"))
                .output("y"));
    assertThat(graph.graph().toString())
        .contains("torch.pow(%input_1, 2.0)".replace("input_1", "x"))
        .contains("operator.mul(0.25, %pow_1)");
  }

  @Test
  void aSlopePerChannelIsAModule() {
    for (int[] slope : new int[][] {{1}, {3, 1, 1}, {1, 1, 1}, {4}}) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(16, "PRelu", List.of("x", "s"))
              .input("x", Tensors.normal(RANDOM, 2, 3, 2, 4))
              .constant("s", Tensors.normal(RANDOM, slope)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Max, 0, torch.nn.functional.relu",
    "Max, -0.4, torch.clamp",
    "Min, 0.4, torch.clamp",
    "Max, -Infinity, torch.maximum",
    "Max, NaN, torch.maximum"
  })
  void extremeOfAConstantIsALimit(String opType, float limit, String expected) {
    for (List<String> order : List.of(List.of("x", "c"), List.of("c", "x"))) {
      for (Tensor c : List.of(Tensor.scalar(limit), Tensor.of(new float[] {limit}, 1, 1))) {
        TinyModel tiny =
            TinyModel.of(17, opType, order)
                .input("x", Tensors.normal(RANDOM, 3, 4))
                .constant("c", c);
        assertThat(OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(tiny)))
            .containsExactly(expected);
      }
    }
  }

  @Test
  void chainsOfOperands() {
    for (String opType : List.of("Sum", "Mean", "Max", "Min")) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(13, opType, List.of("a", "b", "c"))
              .input("a", Tensors.normal(RANDOM, 2, 3))
              .input("b", Tensors.normal(RANDOM, 2, 3))
              .constant("c", Tensors.normal(RANDOM, 3)));
    }
  }
}
