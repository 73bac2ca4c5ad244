package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Operators that become their bodies, nodes in any order, and branches that nothing reads. */
class FunctionImportTest {
  private static final Random RANDOM = new Random(9);

  private static Tensor normal(int... dims) {
    return Tensors.normal(RANDOM, dims);
  }

  @Test
  void meanAndDeviationOfLayerNormalization() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("x", normal(2, 3, 4))
            .constant("scale", normal(4))
            .node("LayerNormalization", List.of("x", "scale"), List.of("y", "mean", "inverse"))
            .node("Mul", List.of("mean", "inverse"), List.of("ratio"))
            .node("Add", List.of("y", "ratio"), List.of("z"))
            .output("z"));
  }

  @Test
  void aNodeOfABodyKeepsTheOuterName() {
    TinyModel model = TinyModel.of(18, "HannWindow", List.of("x")).input("x", Tensors.longs(5));

    assertThatThrownBy(() -> OnnxImporter.run(model.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot import Range node 'HannWindow_0/Range");
  }

  @Test
  void nodesMayStandInAnyOrder() {
    TinyModel model =
        new TinyModel(17)
            .input("x", normal(2, 3))
            .node("Neg", List.of("b"), List.of("y"))
            .node("Exp", List.of("a"), List.of("b"))
            .node("Tanh", List.of("x"), List.of("a"))
            .output("y");
    TinyModel inOrder =
        new TinyModel(17)
            .input("x", model.samples().get("x"))
            .node("Tanh", List.of("x"), List.of("a"))
            .node("Exp", List.of("a"), List.of("b"))
            .node("Neg", List.of("b"), List.of("y"))
            .output("y");

    assertThat(OnnxImporter.run(model.build(), ImportOptions.none()).graph().toString())
        .isEqualTo(OnnxImporter.run(inOrder.build(), ImportOptions.none()).graph().toString());
  }

  @Test
  void nodesInACircleAreRefused() {
    TinyModel model =
        new TinyModel(17)
            .input("x", normal(2, 3))
            .node("Add", List.of("x", "b"), List.of("a"))
            .node("Exp", List.of("a"), List.of("b"))
            .output("b");

    assertThatThrownBy(() -> OnnxImporter.run(model.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("input 'b' is no tensor of the model so far");
  }

  @Test
  void branchesThatNothingReadsMayHoldUnknownOperators() {
    TinyModel model =
        new TinyModel(17)
            .input("x", normal(2, 3))
            .node("StringNormalizer", List.of("x"), List.of("unknown"))
            .node("Exp", List.of("unknown"), List.of("unread"))
            .node("Neg", List.of("x"), List.of("y"))
            .output("y");

    assertThat(OnnxImporter.run(model.build(), ImportOptions.none()).graph().toString())
        .contains("neg")
        .doesNotContain("exp");
  }
}
