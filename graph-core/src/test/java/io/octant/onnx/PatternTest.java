package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
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

  /** {@code x − mean(x)} normalized over an axis, times gamma, ending in the tensor ng. */
  private static TinyModel centred(boolean power, boolean reciprocal, int axis) {
    int[] axes = {axis};
    TinyModel m =
        model()
            .constant("gamma", Tensors.normal(RANDOM, 4))
            .constant("beta", Tensors.normal(RANDOM, 4))
            .constant("eps", Tensor.scalar(1e-5f))
            .node("ReduceMean", List.of("x"), List.of("mean"), "axes", axes)
            .node("Sub", List.of("x", "mean"), List.of("d"));
    m =
        power
            ? m.node("Pow", List.of("d", "two"), List.of("sq"))
            : m.node("Mul", List.of("d", "d"), List.of("sq"));
    m =
        m.node("ReduceMean", List.of("sq"), List.of("var"), "axes", axes)
            .node("Add", List.of("var", "eps"), List.of("ve"))
            .node("Sqrt", List.of("ve"), List.of("sd"));
    m =
        reciprocal
            ? m.node("Reciprocal", List.of("sd"), List.of("i"))
                .node("Mul", List.of("i", "d"), List.of("n"))
            : m.node("Div", List.of("d", "sd"), List.of("n"));
    return m.node("Mul", List.of("n", "gamma"), List.of("ng"));
  }

  @Test
  void layerNormTakenApart() {
    for (int form = 0; form < 8; form++) {
      assertOne(
          centred((form & 1) == 0, (form & 2) == 0, (form & 4) == 0 ? -1 : 2)
              .node("Add", List.of("ng", "beta"), List.of("y"))
              .output("y"),
          "torch.nn.LayerNorm");
    }
  }

  /** Its result has an axis more. */
  @Test
  void aNumberOfMoreAxesThanTheInputMakesNoPattern() {
    Tensor eps = Tensor.of(new float[] {1e-3f}, 1, 1, 1, 1);
    var norm =
        OperatorCheck.againstOnnxRuntime(
            model()
                .constant("gamma", Tensors.normal(RANDOM, 4))
                .constant("eps", eps)
                .node("Mul", List.of("x", "x"), List.of("s"))
                .node("ReduceMean", List.of("s"), List.of("m"), "axes", new int[] {-1})
                .node("Add", List.of("m", "eps"), List.of("a"))
                .node("Sqrt", List.of("a"), List.of("r"))
                .node("Div", List.of("x", "r"), List.of("n"))
                .node("Mul", List.of("gamma", "n"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(norm)).contains("torch.mean", "operator.truediv");
    var swish =
        OperatorCheck.againstOnnxRuntime(
            model()
                .constant("apart", Tensor.of(new float[] {6}, 1, 1, 1, 1))
                .node("Add", List.of("x", "three"), List.of("s"))
                .node("Clip", List.of("s", "zero", "six"), List.of("c"))
                .node("Mul", List.of("x", "c"), List.of("p"))
                .node("Div", List.of("p", "apart"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(swish)).contains("operator.truediv");
  }

  /** Only with the rank at hand: 1 is the last axis of a matrix alone. */
  @Test
  void aNormOverAnInnerAxisStaysApart() {
    var layer =
        OperatorCheck.againstOnnxRuntime(
            centred(true, false, 1).node("Add", List.of("ng", "beta"), List.of("y")).output("y"));
    assertThat(OperatorCheck.calls(layer)).contains("torch.mean", "operator.truediv");
    var square =
        OperatorCheck.againstOnnxRuntime(
            meanSquare("Pow", 1)
                .node("Sqrt", List.of("a"), List.of("r"))
                .node("Div", List.of("x", "r"), List.of("n"))
                .node("Mul", List.of("gamma", "n"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(square)).contains("torch.mean", "operator.truediv");
  }

  /**
   * As PyTorch's exporters write group normalization: instances of {@code [batch, groups, rest]}.
   */
  static TinyModel grouped(Tensor ones, Tensor weight, Tensor bias, String like) {
    TinyModel m = split(ones, weight, bias, Shape.of(2, 4, 4, 3));
    return scaled(m.node("Shape", List.of(like), List.of("s")));
  }

  private static TinyModel grouped(Tensor ones, Tensor weight, Tensor bias, Tensor to, Shape z) {
    return scaled(split(ones, weight, bias, z).constant("s", to));
  }

  private static TinyModel split(Tensor ones, Tensor weight, Tensor bias, Shape z) {
    int groups = ones.numel();
    return new TinyModel(17)
        .input("x", Tensors.normal(RANDOM, 2, 4, 4, 3))
        .input("z", Tensors.normal(RANDOM, z.toArray()))
        .constant("split", Tensors.longs(0, groups, -1))
        .constant("ones", ones)
        .constant("zeros", Tensor.of(new float[groups], groups))
        .constant("weight", weight)
        .constant("bias", bias)
        .node("Reshape", List.of("x", "split"), List.of("g"))
        .node(
            "InstanceNormalization", List.of("g", "ones", "zeros"), List.of("n"), "epsilon", 1e-3);
  }

  private static TinyModel scaled(TinyModel m) {
    return m.node("Reshape", List.of("n", "s"), List.of("r"))
        .node("Mul", List.of("r", "weight"), List.of("m"))
        .node("Add", List.of("bias", "m"), List.of("b"))
        .node("Sub", List.of("b", "z"), List.of("y"))
        .output("y");
  }

  @Test
  void groupNormalization() {
    Tensor ones = Tensor.of(new float[] {1, 1}, 2);
    Tensor weight = Tensors.normal(RANDOM, 4, 1, 1);
    Tensor bias = Tensors.normal(RANDOM, 4, 1, 1);
    assertThat(norms(grouped(ones, weight, bias, "x"))).containsExactly("torch.nn.GroupNorm");
    Tensor one = Tensor.of(new float[] {1}, 1);
    Tensor led = weight.reshape(Shape.of(1, 4, 1, 1));
    assertThat(norms(grouped(one, led, bias.reshape(led.shape()), "x")))
        .containsExactly("torch.nn.GroupNorm");
    Tensor other = Tensor.of(new float[] {1, 0.5f}, 2);
    assertThat(norms(grouped(other, weight, bias, "x"))).contains("torch.nn.InstanceNorm1d");
    assertThat(norms(grouped(ones, weight, bias, "z"))).containsExactly("torch.nn.GroupNorm");
    // along another axis of the same size, and along none
    Tensor rows = weight.reshape(Shape.of(4, 1));
    assertThat(norms(grouped(ones, rows, bias.reshape(rows.shape()), "x")))
        .containsExactly("torch.nn.functional.group_norm", "operator.mul", "operator.add");
    assertThat(norms(grouped(ones, Tensors.normal(RANDOM, 3), Tensors.normal(RANDOM, 3), "x")))
        .containsExactly("torch.nn.functional.group_norm", "operator.mul", "operator.add");
  }

  @Test
  void aBiasAlongAnotherAxisThanTheWeightIsNoneOfAGroupNorm() {
    Tensor ones = Tensor.of(new float[] {1, 1}, 2);
    Tensor weight = Tensors.normal(RANDOM, 4, 1, 1);
    Tensor bias = Tensors.normal(RANDOM, 1, 4, 1);
    assertThat(norms(grouped(ones, weight, bias, "x")))
        .containsExactly("torch.nn.functional.group_norm", "operator.mul", "operator.add");
  }

  /** Exporters of fixed shapes write the shape itself. */
  @Test
  void groupNormalizationBackToAConstantShape() {
    Tensor ones = Tensor.of(new float[] {1, 1}, 2);
    Tensor weight = Tensors.normal(RANDOM, 4, 1, 1);
    for (long[] same : new long[][] {{0, 4, 4, 3}, {0, 4, -1, 3}, {-1, 4, 4, 3}}) {
      assertThat(norms(grouped(ones, weight, weight, Tensors.longs(same), Shape.of(2, 4, 4, 3))))
          .containsExactly("torch.nn.GroupNorm");
    }
    for (long[] other : new long[][] {{0, 4, 3, 4}, {-1, 4, 12, 1}, {0, 4, 6, -1}}) {
      int[] sizes = Arrays.stream(other).mapToInt(d -> (int) (d < 1 ? 2 : d)).toArray();
      assertThat(norms(grouped(ones, weight, weight, Tensors.longs(other), Shape.of(sizes))))
          .contains("torch.nn.InstanceNorm1d", "operator.mul", "operator.add");
    }
  }

  private static List<String> norms(TinyModel tiny) {
    return OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(tiny)).stream()
        .filter(c -> !c.equals("operator.sub"))
        .toList();
  }

  /** {@code x / √(mean(x²) + ε)}, ending in the tensor n. */
  private static TinyModel meanSquare(String square, int axis) {
    TinyModel m =
        model()
            .constant("eps", Tensor.scalar(1e-5f))
            .constant("root", Tensor.scalar(-0.5f))
            .constant("gamma", Tensors.normal(RANDOM, 4));
    return (square.equals("Pow")
            ? m.node("Pow", List.of("x", "two"), List.of("s"))
            : m.node("Mul", List.of("x", "x"), List.of("s")))
        .node("ReduceMean", List.of("s"), List.of("m"), "axes", new int[] {axis})
        .node("Add", List.of("m", "eps"), List.of("a"));
  }

  @Test
  void rmsNormInItsForms() {
    String norm = "torch.nn.functional.rms_norm";
    assertOne(
        meanSquare("Pow", -1)
            .node("Sqrt", List.of("a"), List.of("r"))
            .node("Reciprocal", List.of("r"), List.of("i"))
            .node("Mul", List.of("x", "i"), List.of("n"))
            .node("Mul", List.of("n", "gamma"), List.of("y"))
            .output("y"),
        norm);
    assertOne(
        meanSquare("Mul", 2)
            .node("Sqrt", List.of("a"), List.of("r"))
            .node("Div", List.of("one", "r"), List.of("i"))
            .node("Mul", List.of("i", "x"), List.of("n"))
            .node("Cast", List.of("n"), List.of("c"), "to", 1)
            .node("Mul", List.of("gamma", "c"), List.of("y"))
            .output("y"),
        norm);
    assertOne(
        meanSquare("Pow", 2)
            .node("Sqrt", List.of("a"), List.of("r"))
            .node("Div", List.of("x", "r"), List.of("n"))
            .node("Mul", List.of("gamma", "n"), List.of("y"))
            .output("y"),
        norm);
    assertOne(
        meanSquare("Pow", -1)
            .node("Pow", List.of("a", "root"), List.of("i"))
            .node("Mul", List.of("x", "i"), List.of("n"))
            .node("Mul", List.of("gamma", "n"), List.of("y"))
            .output("y"),
        norm);
  }

  @Test
  void anRmsNormWhoseInsideIsReadElsewhereStaysApart() {
    var graph =
        OperatorCheck.againstOnnxRuntime(
            meanSquare("Pow", -1)
                .node("Sqrt", List.of("a"), List.of("r"))
                .node("Div", List.of("x", "r"), List.of("n"))
                .node("Mul", List.of("gamma", "n"), List.of("y"))
                .output("y")
                .output("n"));
    assertThat(OperatorCheck.calls(graph)).doesNotContain("torch.nn.functional.rms_norm");
  }
}
