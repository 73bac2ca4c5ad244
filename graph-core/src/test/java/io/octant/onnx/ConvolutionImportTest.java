package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionImportTest {
  private static final Random RANDOM = new Random(3);

  private static Arguments conv(String what, int[] input, int[] weight, Object... attributes) {
    return Arguments.of(what, "Conv", input, weight, weight[0], attributes);
  }

  static Stream<Arguments> cases() {
    int[] in = {2, 4, 9, 7};
    return Stream.of(
        conv("plain", in, new int[] {6, 4, 3, 3}),
        conv(
            "strided, padded",
            in,
            new int[] {6, 4, 3, 3},
            "strides",
            new int[] {2, 1},
            "pads",
            new int[] {1, 2, 1, 2}),
        conv("dilated", in, new int[] {6, 4, 3, 2}, "dilations", new int[] {2, 3}),
        conv("grouped", in, new int[] {6, 2, 3, 3}, "group", 2),
        conv("depthwise", in, new int[] {8, 1, 3, 3}, "group", 4, "pads", new int[] {1, 1, 1, 1}),
        conv("uneven pads", in, new int[] {6, 4, 3, 3}, "pads", new int[] {0, 1, 2, 0}),
        conv(
            "same upper",
            in,
            new int[] {6, 4, 4, 3},
            "auto_pad",
            "SAME_UPPER",
            "strides",
            new int[] {2, 2}),
        conv(
            "same lower",
            in,
            new int[] {6, 4, 4, 3},
            "auto_pad",
            "SAME_LOWER",
            "strides",
            new int[] {2, 2}),
        conv("valid", in, new int[] {6, 4, 4, 3}, "auto_pad", "VALID"),
        conv("one axis", new int[] {2, 3, 11}, new int[] {5, 3, 3}, "pads", new int[] {1, 1}),
        conv("three axes", new int[] {1, 2, 4, 5, 6}, new int[] {3, 2, 2, 3, 3}),
        Arguments.of(
            "transposed",
            "ConvTranspose",
            in,
            new int[] {4, 5, 3, 3},
            5,
            new Object[] {
              "strides",
              new int[] {2, 2},
              "pads",
              new int[] {1, 1, 1, 1},
              "output_padding",
              new int[] {1, 0}
            }),
        Arguments.of(
            "transposed in groups",
            "ConvTranspose",
            in,
            new int[] {4, 3, 2, 2},
            6,
            new Object[] {"group", 2}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatOnnxRuntimeComputes(
      String what, String opType, int[] input, int[] weight, int outputs, Object[] attributes) {
    for (boolean biased : new boolean[] {true, false}) {
      TinyModel tiny =
          TinyModel.of(17, opType, biased ? List.of("x", "w", "b") : List.of("x", "w"), attributes)
              .input("x", Tensors.normal(RANDOM, input))
              .constant("w", Tensors.normal(RANDOM, weight))
              .constant("b", Tensors.normal(RANDOM, outputs));
      OperatorCheck.againstOnnxRuntime(tiny);
    }
  }

  @Test
  void aComputedWeightMakesAFunction() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 1, 2, 5, 5))
            .input("k", Tensors.normal(RANDOM, 1, 4))
            .constant("dims", Tensors.longs(1, 2, -1, 2))
            .constant("tile", Tensors.longs(1, 1, 1, 1))
            .constant("start", Tensors.longs(0))
            .constant("end", Tensors.longs(1))
            .node("Slice", List.of("k", "start", "end", "start"), List.of("first"))
            .node("Reshape", List.of("first", "dims"), List.of("w"))
            .node("Conv", List.of("x", "w"), List.of("y"))
            .output("y");
    GraphModule graph = OperatorCheck.againstOnnxRuntime(tiny);
    assertThat(OperatorCheck.calls(graph)).contains("torch.nn.functional.conv2d");
  }

  @Test
  void layersAreNamedForTheirWeights() {
    Tensor weight = Tensors.normal(RANDOM, 2, 2, 1, 1);
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 1, 2, 3, 3))
            .constant("encoder.0.conv.weight", weight)
            .constant("anonymous", weight)
            .node("Conv", List.of("x", "encoder.0.conv.weight"), List.of("a"))
            .node("Conv", List.of("a", "encoder.0.conv.weight"), List.of("b"))
            .node("Conv", List.of("b", "anonymous"), List.of("y"))
            .output("y");
    GraphModule graph = OperatorCheck.againstOnnxRuntime(tiny);
    assertThat(graph.graph().nodes())
        .extracting(n -> n.target())
        .contains("encoder.0.conv", "encoder.0.conv_1", "Conv_2");
  }
}
