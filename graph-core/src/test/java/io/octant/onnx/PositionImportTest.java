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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Order along an axis, running sums, one-hot vectors, triangles and diagonals. */
class PositionImportTest {
  private static final Random RANDOM = new Random(12);

  /** The models of all operator sets that can be run. */
  @ParameterizedTest
  @CsvSource({"9, 1, 1", "10, 1, 1", "11, 2, 0", "17, -1, 1"})
  void theFirstOfAnAxisInOrder(int opset, int axis, int largest) {
    Tensor ties = Tensor.of(new float[] {1, 3, 3, 2, 3, 1, 0, 0, 5, 5, 5, 5}, 2, 2, 3);
    TinyModel tiny = new TinyModel(opset).input("x", ties);
    if (opset < 10) {
      tiny.node("TopK", List.of("x"), List.of("y", "i"), "axis", axis, "k", 2);
    } else if (opset < 11) {
      tiny.constant("k", Tensors.longs(2));
      tiny.node("TopK", List.of("x", "k"), List.of("y", "i"), "axis", axis);
    } else {
      tiny.constant("k", Tensors.longs(2));
      tiny.node("TopK", List.of("x", "k"), List.of("y", "i"), "axis", axis, "largest", largest);
    }
    OperatorCheck.againstOnnxRuntime(tiny.output("y").output("i", DType.INT64));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
  void runningSums(int exclusive, int reverse) {
    for (long axis : new long[] {1, -1}) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(14, "CumSum", List.of("x", "a"), "exclusive", exclusive, "reverse", reverse)
              .input("x", Tensors.normal(RANDOM, 2, 3, 4))
              .constant("a", Tensor.scalar(axis)));
    }
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(14)
            .input("x", Tensor.of(DType.INT32, Shape.of(2, 3), new int[] {1, 2, 3, 4, 5, 6}))
            .constant("a", Tensor.scalar(1L))
            .node(
                "CumSum",
                List.of("x", "a"),
                List.of("y"),
                "exclusive",
                exclusive,
                "reverse",
                reverse)
            .output("y", DType.INT32));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
  void runningProducts(int exclusive, int reverse) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(26, "CumProd", List.of("x", "a"), "exclusive", exclusive, "reverse", reverse)
            .input("x", Tensor.of(new float[] {2, -3, 4, 5, 0, 7}, 2, 3))
            .constant("a", Tensor.scalar(1L)));
  }

  @Test
  void whatRunsAlongTheBatchIsRefused() {
    TinyModel tiny =
        TinyModel.of(14, "CumSum", List.of("x", "a"))
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .constant("a", Tensor.scalar(0L));
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("CumSum_0")
        .hasMessageContaining("axis 0 is the batch, expected another axis");
  }

  @ParameterizedTest
  @CsvSource({"11, 1", "11, 2", "13, 1", "13, -1"})
  void theFirstOfTheLargestIsOne(int opset, int axis) {
    Tensor x = Tensors.normal(RANDOM, 2, 3, 4);
    x.floats()[1] = 9;
    x.floats()[2] = 9;
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(opset, "Hardmax", List.of("x"), "axis", axis).input("x", x));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, -1, -2})
  void oneHotWithNegativeAndUnknownClasses(int axis) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(11, "OneHot", List.of("x", "d", "v"), "axis", axis)
            .input("x", Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {0, -1, 2, 4, -4, -5}))
            .constant("d", Tensors.longs(4))
            .constant("v", Tensor.of(new float[] {-1, 3}, 2)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 1", "1, -1", "1, 5", "0, -5"})
  void triangles(int upper, long diagonal) {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(14, "Trilu", List.of("x", "k"), "upper", upper)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .constant("k", Tensor.scalar(diagonal)));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "-2, 7"})
  void aDiagonalOfOnes(int diagonal, int type) {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(13)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .constant("like", Tensors.normal(RANDOM, 3, 4))
            .node("EyeLike", List.of("like"), List.of("e"), "k", diagonal, "dtype", type)
            .node("Cast", List.of("e"), List.of("f"), "to", 1)
            .node("Mul", List.of("x", "f"), List.of("y"))
            .output("y"));
  }
}
