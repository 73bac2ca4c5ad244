package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrix products and normalizations. */
class LinearImportTest {
  private static final Random RANDOM = new Random(6);

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 5", "1, 1, 1, 5", "1, 0.5, 2, 5", "0, 2, 0.25, 1", "1, 1, 1, 0"})
  void gemmWithAConstantMatrixIsALinearLayer(int transB, float alpha, float beta, int bias) {
    List<String> inputs = bias == 0 ? List.of("x", "w") : List.of("x", "w", "b");
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            TinyModel.of(17, "Gemm", inputs, "transB", transB, "alpha", alpha, "beta", beta)
                .input("x", Tensors.normal(RANDOM, 2, 3))
                .constant(
                    "w", transB == 1 ? Tensors.normal(RANDOM, 5, 3) : Tensors.normal(RANDOM, 3, 5))
                .constant("b", Tensors.normal(RANDOM, Math.max(bias, 1))));
    assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.Linear");
  }

  @Test
  void matMulAndAddAreALinearLayerAtAnyRank() {
    for (int[] shape : new int[][] {{2, 3}, {2, 4, 3}, {2, 1, 4, 3}}) {
      GraphModule graph =
          OperatorCheck.againstOnnxRuntime(
              new TinyModel(17)
                  .input("x", Tensors.normal(RANDOM, shape))
                  .constant("w", Tensors.normal(RANDOM, 3, 5))
                  .constant("fc.bias", Tensors.normal(RANDOM, 5))
                  .node("MatMul", List.of("x", "w"), List.of("p"))
                  .node("Add", List.of("fc.bias", "p"), List.of("y"))
                  .output("y"));
      assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.Linear");
      assertThat(graph.module("fc").findTensor("bias")).isNotNull();
    }
  }

  @Test
  void aLayerHasTheNameOfItsModuleWhereEqualWeightsAreKeptOnce() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(17)
                .input("x", Tensors.normal(RANDOM, 2, 4))
                .constant("head.layer.0.out.weight", Tensors.normal(RANDOM, 4, 4))
                .constant("norm.weight", Tensors.normal(RANDOM, 4))
                .constant("norm.bias", Tensors.normal(RANDOM, 4))
                .constant("w", Tensors.normal(RANDOM, 4, 4))
                .node("LayerNormalization", List.of("x", "norm.weight", "norm.bias"), List.of("n"))
                .named("/norm/LayerNormalization")
                .node("Gemm", List.of("n", "w", "norm.bias"), List.of("p"))
                .named("/layer.1/out/Gemm")
                .node("Gemm", List.of("p", "head.layer.0.out.weight", "norm.bias"), List.of("y"))
                .named("/layer.0/out/Gemm")
                .output("y"));
    assertThat(graph.graph().nodes().stream().map(n -> n.name()))
        .containsExactly("x", "norm", "layer_1_out", "head_layer_0_out", "output");
  }

  @Test
  void aProductThatSomethingElseReadsKeepsItsAddition() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(17)
                .input("x", Tensors.normal(RANDOM, 2, 3))
                .constant("w", Tensors.normal(RANDOM, 3, 5))
                .constant("b", Tensors.normal(RANDOM, 5))
                .node("MatMul", List.of("x", "w"), List.of("p"))
                .node("Add", List.of("p", "b"), List.of("y"))
                .output("p")
                .output("y"));
    assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.Linear", "operator.add");
  }

  @Test
  void productsOfComputedTensors() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            TinyModel.of(17, "MatMul", List.of("a", "b"))
                .input("a", Tensors.normal(RANDOM, 2, 3, 4))
                .input("b", Tensors.normal(RANDOM, 2, 4, 5)));
    assertThat(OperatorCheck.calls(graph)).containsExactly("torch.matmul");
  }

  @Test
  void batchNormOfEveryRank() {
    for (int[] shape : new int[][] {{2, 3}, {2, 3, 5}, {2, 3, 4, 5}, {2, 3, 2, 2, 2}}) {
      Tensor variance = Tensors.normal(RANDOM, 3);
      for (int i = 0; i < 3; i++) {
        variance.floats()[i] = variance.floats()[i] * variance.floats()[i] + 0.1f;
      }
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(15, "BatchNormalization", List.of("x", "g", "b", "m", "v"), "epsilon", 1e-3)
              .input("x", Tensors.normal(RANDOM, shape))
              .constant("g", Tensors.normal(RANDOM, 3))
              .constant("b", Tensors.normal(RANDOM, 3))
              .constant("m", Tensors.normal(RANDOM, 3))
              .constant("v", variance));
    }
  }

  @Test
  void otherNormalizations() {
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, "LayerNormalization", List.of("x", "g", "b"), "axis", -1)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .constant("g", Tensors.normal(RANDOM, 4))
            .constant("b", Tensors.normal(RANDOM, 4)));
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, "LayerNormalization", List.of("x", "g"), "axis", 1)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4))
            .constant("g", Tensors.normal(RANDOM, 3, 4)));
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(17, "InstanceNormalization", List.of("x", "g", "b"))
            .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
            .constant("g", Tensors.normal(RANDOM, 3))
            .constant("b", Tensors.normal(RANDOM, 3)));
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(21, "GroupNormalization", List.of("x", "g", "b"), "num_groups", 2)
            .input("x", Tensors.normal(RANDOM, 2, 4, 3))
            .constant("g", Tensors.normal(RANDOM, 4))
            .constant("b", Tensors.normal(RANDOM, 4)));
  }
}
