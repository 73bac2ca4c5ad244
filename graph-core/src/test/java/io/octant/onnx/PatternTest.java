package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatternTest {
  private static final Random RANDOM = new Random(8);

  private static TinyModel model() {
    return new TinyModel(13)
        .input("x", Tensors.normal(RANDOM, 2, 3, 4))
        .constant("half", Tensor.scalar(0.5f))
        .constant("one", Tensor.scalar(1f))
        .constant("two", Tensor.scalar(2f))
        .constant("three", Tensor.scalar(3f))
        .constant("six", Tensor.scalar(6f))
        .constant("sixth", Tensor.scalar(1 / 6f))
        .constant("zero", Tensor.scalar(0f))
        .constant("root2", Tensor.scalar((float) Math.sqrt(2)));
  }

  private static TinyModel erf(TinyModel m) {
    return m.node("Div", List.of("x", "root2"), List.of("d"))
        .node("Erf", List.of("d"), List.of("e"))
        .node("Add", List.of("e", "one"), List.of("a"));
  }

  private static void assertOne(TinyModel m, String call) {
    assertThat(OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(m))).containsExactly(call);
  }

  @Test
  void geluInItsThreeOrders() {
    String gelu = "torch.nn.functional.gelu";
    assertOne(
        erf(model())
            .node("Mul", List.of("x", "a"), List.of("p"))
            .node("Mul", List.of("p", "half"), List.of("y"))
            .output("y"),
        gelu);
    assertOne(
        erf(model())
            .node("Mul", List.of("x", "half"), List.of("h"))
            .node("Mul", List.of("h", "a"), List.of("y"))
            .output("y"),
        gelu);
    assertOne(
        erf(model())
            .node("Mul", List.of("a", "half"), List.of("h"))
            .node("Mul", List.of("x", "h"), List.of("y"))
            .output("y"),
        gelu);
  }

  @Test
  void aGeluWhoseInsideIsReadElsewhereStaysApart() {
    var graph =
        OperatorCheck.againstOnnxRuntime(
            erf(model())
                .node("Mul", List.of("x", "a"), List.of("p"))
                .node("Mul", List.of("p", "half"), List.of("y"))
                .node("Add", List.of("y", "e"), List.of("z"))
                .output("z"));
    assertThat(OperatorCheck.calls(graph)).contains("torch.erf");
  }

  @Test
  void hardSwishTakenApart() {
    String swish = "torch.nn.functional.hardswish";
    TinyModel clip =
        model()
            .node("Add", List.of("x", "three"), List.of("s"))
            .node("Clip", List.of("s", "zero", "six"), List.of("c"));
    assertOne(
        clip.node("Mul", List.of("x", "c"), List.of("p"))
            .node("Div", List.of("p", "six"), List.of("y"))
            .output("y"),
        swish);
    assertOne(
        model()
            .node("Add", List.of("three", "x"), List.of("s"))
            .node("Clip", List.of("s", "zero", "six"), List.of("c"))
            .node("Mul", List.of("c", "sixth"), List.of("g"))
            .node("Mul", List.of("g", "x"), List.of("y"))
            .output("y"),
        swish);
    assertOne(
        model()
            .node("HardSigmoid", List.of("x"), List.of("g"), "alpha", 1.0 / 6, "beta", 0.5)
            .node("Mul", List.of("x", "g"), List.of("y"))
            .output("y"),
        swish);
  }

  @Test
  void silu() {
    assertOne(
        model()
            .node("Sigmoid", List.of("x"), List.of("g"))
            .node("Mul", List.of("g", "x"), List.of("y"))
            .output("y"),
        "torch.nn.functional.silu");
  }

  @Test
  void layerNormTakenApart() {
    for (boolean power : new boolean[] {true, false}) {
      TinyModel m =
          model()
              .constant("gamma", Tensors.normal(RANDOM, 4))
              .constant("beta", Tensors.normal(RANDOM, 4))
              .constant("eps", Tensor.scalar(1e-5f))
              .node("ReduceMean", List.of("x"), List.of("mean"), "axes", new int[] {-1})
              .node("Sub", List.of("x", "mean"), List.of("d"));
      m =
          power
              ? m.node("Pow", List.of("d", "two"), List.of("sq"))
              : m.node("Mul", List.of("d", "d"), List.of("sq"));
      assertOne(
          m.node("ReduceMean", List.of("sq"), List.of("var"), "axes", new int[] {-1})
              .node("Add", List.of("var", "eps"), List.of("ve"))
              .node("Sqrt", List.of("ve"), List.of("sd"))
              .node("Div", List.of("d", "sd"), List.of("n"))
              .node("Mul", List.of("n", "gamma"), List.of("ng"))
              .node("Add", List.of("ng", "beta"), List.of("y"))
              .output("y"),
          "torch.nn.LayerNorm");
    }
  }
}
