package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
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

/** Operators that ONNX Runtime's optimizer makes of several, against ONNX Runtime. */
class FusedImportTest {
  private static final Random RANDOM = new Random(23);
  private static final int[] OPSETS = {11, 13, 18};

  private static Tensor normal(int... dims) {
    return Tensors.normal(RANDOM, dims);
  }

  private static Tensor ints(int[] values, int... dims) {
    return Tensor.of(DType.INT32, Shape.of(dims), values);
  }

  private static GraphModule check(TinyModel model) {
    return OperatorCheck.againstOnnxRuntime(model.output("y"), 1e-4);
  }

  @Test
  void normalizedSums() {
    for (int opset : OPSETS) {
      for (int inputs = 3; inputs <= 5; inputs++) {
        check(
            new TinyModel(opset)
                .input("x", normal(2, 3, 8))
                .input("skip", normal(2, 3, 8))
                .constant("gamma", normal(8))
                .constant("beta", normal(8))
                .constant("bias", normal(8))
                .node(
                    "com.microsoft:SkipLayerNormalization",
                    List.of("x", "skip", "gamma", "beta", "bias").subList(0, inputs),
                    List.of("n", "", "", "sum"),
                    "epsilon",
                    0.1)
                .node("Add", List.of("n", "sum"), List.of("y")));
      }
      for (int inputs = 3; inputs <= 4; inputs++) {
        check(
            new TinyModel(opset)
                .input("x", normal(2, 3, 8))
                .input("skip", normal(2, 3, 8))
                .constant("gamma", normal(8))
                .constant("bias", normal(8))
                .node(
                    "com.microsoft:SkipSimplifiedLayerNormalization",
                    List.of("x", "skip", "gamma", "bias").subList(0, inputs),
                    List.of("n", "", "", "sum"))
                .node("Add", List.of("n", "sum"), List.of("y")));
      }
      check(
          new TinyModel(opset)
              .input("x", normal(2, 3, 8))
              .constant("gamma", normal(8))
              .node(
                  "SimplifiedLayerNormalization",
                  List.of("x", "gamma"),
                  List.of("y"),
                  "axis",
                  -1,
                  "epsilon",
                  0.1));
    }
  }

  @Test
  void aSumIsAddedAndNormalizedByItself() {
    GraphModule graph =
        check(
            new TinyModel(17)
                .input("x", normal(2, 3, 8))
                .input("skip", normal(2, 3, 8))
                .constant("gamma", normal(8))
                .constant("beta", normal(8))
                .node(
                    "com.microsoft:SkipLayerNormalization",
                    List.of("x", "skip", "gamma", "beta"),
                    List.of("y")));
    assertThat(OperatorCheck.calls(graph)).containsExactly("operator.add", "torch.nn.LayerNorm");
  }

  @Test
  void embeddings() {
    for (int opset : OPSETS) {
      TinyModel model =
          new TinyModel(opset)
              .input("ids", ints(new int[] {1, 4, 0, 2, 2, 3}, 2, 3))
              .input("segments", ints(new int[] {0, 0, 1, 0, 1, 1}, 2, 3))
              .input("mask", ints(new int[] {1, 1, 0, 1, 1, 1}, 2, 3))
              .constant("words", normal(5, 8))
              .constant("positions", normal(7, 8))
              .constant("segment", normal(2, 8))
              .constant("gamma", normal(8))
              .constant("beta", normal(8));
      List<String> in =
          List.of("ids", "segments", "words", "positions", "segment", "gamma", "beta", "mask");
      model
          .node("com.microsoft:EmbedLayerNormalization", in, List.of("y", "index"))
          .output("index", DType.INT32);
      check(model);
      TinyModel plain =
          new TinyModel(opset)
              .input("ids", ints(new int[] {1, 4, 0, 2, 2, 3}, 2, 3))
              .input("at", ints(new int[] {0, 1, 2, 4, 5, 6}, 2, 3))
              .constant("words", normal(5, 8))
              .constant("positions", normal(7, 8))
              .constant("gamma", normal(8))
              .constant("beta", normal(8));
      check(
          plain.node(
              "com.microsoft:EmbedLayerNormalization",
              List.of("ids", "", "words", "positions", "", "gamma", "beta", "", "at"),
              List.of("y", "index"),
              "epsilon",
              0.01));
    }
  }

  private static TinyModel attention(int opset, String mask, Object... attributes) {
    TinyModel model =
        new TinyModel(opset)
            .input("x", normal(2, 4, 8))
            .constant("w", normal(8, 24))
            .constant("b", normal(24))
            .input("lengths", ints(new int[] {2, 4}, 2))
            .input("flags", ints(new int[] {1, 1, 0, 1, 1, 1, 1, 0}, 2, 4))
            .input("pairs", ints(tile(new int[] {1, 0, 1, 1, 1}, 32), 2, 4, 4))
            .constant("bias", normal(1, 2, 4, 4));
    List<String> in =
        mask.equals("bias")
            ? List.of("x", "w", "b", "", "", "bias")
            : mask.isEmpty() ? List.of("x", "w", "b") : List.of("x", "w", "b", mask);
    Object[] all = new Object[attributes.length + 2];
    all[0] = "num_heads";
    all[1] = 2;
    System.arraycopy(attributes, 0, all, 2, attributes.length);
    return model.node("com.microsoft:Attention", in, List.of("y"), all);
  }

  private static int[] tile(int[] pattern, int length) {
    int[] out = new int[length];
    java.util.Arrays.setAll(out, i -> pattern[i % pattern.length]);
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lengths", "flags", "pairs", "bias"})
  void attentionOfOneInput(String mask) {
    for (int opset : OPSETS) {
      check(attention(opset, mask));
    }
    check(attention(17, mask, "unidirectional", 1));
    check(attention(17, mask, "scale", 0.7, "mask_filter_value", -5.0));
  }

  @Test
  void projectionsOfAttentionAreLayers() {
    GraphModule graph = check(attention(17, "flags"));
    assertThat(OperatorCheck.calls(graph)).contains("torch.nn.Linear");
  }

  @Test
  void whatAttentionDoesNotReadIsRefused() {
    TinyModel rotated = attention(17, "", "do_rotary", 1);
    assertThatThrownBy(() -> OnnxImporter.run(rotated.output("y").build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("com.microsoft.Attention node 'Attention_0'")
        .hasMessageContaining("attribute do_rotary = 1, expected 0");
    TinyModel past =
        new TinyModel(17)
            .input("x", normal(2, 4, 8))
            .constant("w", normal(8, 24))
            .constant("b", normal(24))
            .constant("past", normal(2, 2, 2, 3, 4))
            .node(
                "com.microsoft:Attention",
                List.of("x", "w", "b", "", "past"),
                List.of("y", "present"),
                "num_heads",
                2)
            .output("y");
    assertThatThrownBy(() -> OnnxImporter.run(past.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("input 4 'past' is not supported here");
  }

  private static TinyModel heads(int opset, List<String> in, Object... attributes) {
    TinyModel model =
        new TinyModel(opset)
            .input("q", normal(2, 3, 8))
            .input("k", normal(2, 5, 8))
            .input("v", normal(2, 5, 12))
            .input("kh", normal(2, 2, 5, 4))
            .input("vh", normal(2, 2, 5, 4))
            .constant("b", normal(28))
            .input("flags", ints(new int[] {1, 1, 0, 1, 1, 1, 1, 1, 0, 0}, 2, 5))
            .input("more", ints(tile(new int[] {1, 1, 0, 1, 1, 1}, 14), 2, 7))
            .constant("bias", normal(1, 2, 3, 5))
            .input("pk", normal(2, 2, 2, 4))
            .input("pv", normal(2, 2, 2, 4));
    Object[] all = new Object[attributes.length + 2];
    all[0] = "num_heads";
    all[1] = 2;
    System.arraycopy(attributes, 0, all, 2, attributes.length);
    return model.node("com.microsoft:MultiHeadAttention", in, List.of("y", "pk2", "pv2"), all);
  }

  @Test
  void attentionOfThreeInputs() {
    for (int opset : OPSETS) {
      check(heads(opset, List.of("q", "k", "v")));
      check(heads(opset, List.of("q", "k", "v", "b")));
      check(heads(opset, List.of("q", "kh", "vh")));
      check(heads(opset, List.of("q", "k", "v", "", "flags")));
      check(heads(opset, List.of("q", "k", "v", "b", "", "bias"), "scale", 0.3));
      check(
          heads(opset, List.of("q", "k", "k", "", "more", "", "pk", "pv"))
              .output("pk2")
              .output("pv2"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 1", "1, 1"})
  void rotatedPositions(int interleaved, int flat) {
    check(
        new TinyModel(17)
            .input("x", flat == 1 ? normal(2, 3, 16) : normal(2, 2, 3, 8))
            .input("at", Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {0, 1, 2, 4, 5, 6}))
            .constant("cos", normal(7, 4))
            .constant("sin", normal(7, 4))
            .node(
                "com.microsoft:RotaryEmbedding",
                List.of("x", "at", "cos", "sin"),
                List.of("y"),
                "interleaved",
                interleaved));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Relu", "Tanh", "Sigmoid", "LeakyRelu", "HardSigmoid", "Clip"})
  void activationsBehindProducts(String activation) {
    float[] parameters =
        switch (activation) {
          case "LeakyRelu" -> new float[] {0.2f};
          case "HardSigmoid" -> new float[] {0.3f, 0.4f};
          case "Clip" -> new float[] {-0.5f, 0.75f};
          default -> new float[0];
        };
    for (int inputs = 2; inputs <= 4 && !activation.isEmpty(); inputs++) {
      TinyModel model =
          new TinyModel(17)
              .input("x", normal(2, 4, 6, 5))
              .constant("w", normal(6, 2, 3, 3))
              .constant("b", normal(6))
              .input("z", normal(2, 6, 3, 5));
      Object[] window = {
        "group",
        2,
        "pads",
        new int[] {1, 1, 1, 1},
        "strides",
        new int[] {2, 1},
        "activation",
        activation,
        "activation_params",
        parameters
      };
      if (inputs < 4) {
        model.node("Neg", List.of("z"), List.of("unread"));
      }
      List<String> in = List.of("x", "w", "b", "z").subList(0, inputs);
      check(model.node("com.microsoft:FusedConv", in, List.of("y"), window));
    }
    if (!activation.equals("Clip") && !activation.isEmpty()) {
      TinyModel model = new TinyModel(17).input("x", normal(2, 4)).constant("c", normal(6));
      Object[] how = {
        "transB",
        1,
        "alpha",
        0.5,
        "beta",
        0.25,
        "activation",
        activation,
        "activation_alpha",
        0.2,
        "activation_beta",
        0.4
      };
      int length = activation.equals("HardSigmoid") ? 12 : activation.equals("LeakyRelu") ? 10 : 8;
      check(
          model
              .constant("w", normal(6, 4))
              .node(
                  "com.microsoft:FusedGemm",
                  List.of("x", "w", "c"),
                  List.of("y"),
                  java.util.Arrays.copyOf(how, length)));
    }
  }

  @Test
  void anActivationThatIsNotKnownIsRefused() {
    TinyModel model =
        new TinyModel(17)
            .input("x", normal(2, 4, 6, 5))
            .constant("w", normal(6, 4, 3, 3))
            .node("com.microsoft:FusedConv", List.of("x", "w"), List.of("y"), "activation", "Elu")
            .output("y");
    assertThatThrownBy(() -> OnnxImporter.run(model.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("attribute activation = Elu, expected Relu");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "1, 0, 0, 0",
    "0, 1, 0, 0",
    "1, 1, 0, 0",
    "0, 0, 1, 0",
    "1, 0, 0, 1",
    "1, 1, 1, 1"
  })
  void productsWithAScaleAndTransposedFactors(int transA, int transB, int batchA, int batchB) {
    Object[] how = {
      "alpha", 0.3, "transA", transA, "transB", transB, "transBatchA", batchA, "transBatchB", batchB
    };
    check(
        new TinyModel(17)
            .constant("a", normal(4, 4, 4))
            .input("x", normal(1, 1))
            .constant("z", normal(4, 4, 4))
            .node("com.microsoft:FusedMatMul", List.of("a", "z"), List.of("p"), how)
            .node("ReduceSum", List.of("x"), List.of("one"), "keepdims", 0)
            .node("Add", List.of("p", "one"), List.of("y")));
    if (batchA + batchB == 0) {
      GraphModule graph =
          OperatorCheck.againstOnnxRuntime(
              TinyModel.of(
                      17,
                      "com.microsoft:FusedMatMul",
                      List.of("x", "z"),
                      "transA",
                      transA,
                      "transB",
                      transB)
                  .input("x", normal(2, 4, 4))
                  .input("z", normal(2, 4, 4)));
      assertThat(OperatorCheck.calls(graph)).contains("torch.matmul");
    }
  }
}
