package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Additions that are fused with one of the layers that they read. */
class ResidualExportTest {
  private final Random random = new Random(53);

  private TinyModel layers() {
    return new TinyModel(17)
        .input("x", Tensors.normal(random, 6, 3, 8, 8))
        .constant("w", Tensors.normal(random, 4, 3, 3, 3))
        .constant("wa", Tensors.normal(random, 8, 4, 1, 1))
        .constant("wb", Tensors.normal(random, 8, 4, 1, 1))
        .constant("wy", Tensors.normal(random, 5, 8, 1, 1))
        .constant("bias", Tensors.normal(random, 8))
        .node("Conv", List.of("x", "w"), List.of("c"))
        .node("Relu", List.of("c"), List.of("r"))
        .node("Conv", List.of("r", "wa", "bias"), List.of("a"))
        .node("Conv", List.of("r", "wb"), List.of("b"));
  }

  /** As a ResNet's blocks do that change the number of channels. */
  @ParameterizedTest
  @CsvSource({"a, b", "b, a"})
  void bothOperandsComeFromLayers(String left, String right) {
    Exported e =
        Exported.of(
                layers()
                    .node("Add", List.of(left, right), List.of("s"))
                    .node("Relu", List.of("s"), List.of("t"))
                    .node("Conv", List.of("t", "wy"), List.of("y"))
                    .output("y"))
            .agrees(26);
    // The fused layer's result stays as exact as in the int8 graph, the other one is quantized.
    NodeProto sum =
        e.model().graph().getNodeList().stream()
            .filter(n -> n.getOpType().equals("Add"))
            .findFirst()
            .orElseThrow();
    assertThat(sum.getInputList())
        .filteredOn(in -> in.endsWith("_dequantized"))
        .hasSize(1)
        .first()
        .isIn("a_dequantized", "b_dequantized");
  }

  /** The other operand is a fused layer itself. */
  @ParameterizedTest
  @CsvSource({"a, p", "p, a"})
  void oneOperandHasAnActivation(String left, String right) {
    Exported.of(
            layers()
                .node("Relu", List.of("b"), List.of("p"))
                .node("Add", List.of(left, right), List.of("s"))
                .node("Conv", List.of("s", "wy"), List.of("y"))
                .output("y"))
        .agrees(26);
  }

  @ParameterizedTest
  @CsvSource({"a, r2", "r2, a"})
  void oneOperandIsTheInputOfTheOther(String left, String right) {
    Tensor square = Tensors.normal(random, 8, 8, 1, 1);
    Exported.of(
            new TinyModel(17)
                .input("x", Tensors.normal(random, 6, 3, 8, 8))
                .constant("w", Tensors.normal(random, 8, 3, 3, 3))
                .constant("wa", square)
                .constant("wy", Tensors.normal(random, 5, 8, 1, 1))
                .node("Conv", List.of("x", "w"), List.of("c"))
                .node("Relu", List.of("c"), List.of("r2"))
                .node("Conv", List.of("r2", "wa"), List.of("a"))
                .node("Add", List.of(left, right), List.of("s"))
                .node("Relu", List.of("s"), List.of("t"))
                .node("Conv", List.of("t", "wy"), List.of("y"))
                .output("y"))
        .agrees(26);
  }
}
