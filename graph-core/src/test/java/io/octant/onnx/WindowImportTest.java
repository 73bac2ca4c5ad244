package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of pools and transposed convolutions: pads of every kind, rounding, SAME and VALID. */
class WindowImportTest {
  private static final Random RANDOM = new Random(23);

  private static final int[][] KERNELS = {{3, 3}, {2, 2}, {3, 2}, {1, 1}, {4, 3}};
  private static final int[][] STRIDES = {{1, 1}, {2, 2}, {3, 2}, {1, 3}};
  private static final int[][] PADS = {
    {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}, {0, 1, 1, 0}, {2, 0, 1, 1}, {0, 2, 0, 0}
  };

  /** What ONNX Runtime answers is answered alike; what it refuses has no answer. */
  private static int compared(String op, int opset, List<Object> attributes, int... dims) {
    TinyModel tiny =
        TinyModel.of(opset, op, List.of("x"), attributes.toArray())
            .input("x", Tensors.normal(RANDOM, dims));
    try {
      OnnxRuntime.run(tiny.build(), tiny.samples());
    } catch (AssertionError e) {
      return 0;
    }
    try {
      OperatorCheck.againstOnnxRuntime(tiny);
      return 1;
    } catch (OnnxException e) {
      assertThat(e)
          .hasMessageContaining("auto_pad")
          .hasMessageContaining("strides beyond the window");
      return 0;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AveragePool,0,0",
    "AveragePool,1,0",
    "AveragePool,0,1",
    "AveragePool,1,1",
    "MaxPool,0,0",
    "MaxPool,1,0"
  })
  void pools(String op, int ceil, int counted) {
    int compared = 0;
    for (int[] kernel : KERNELS) {
      for (int[] stride : STRIDES) {
        for (int[] pads : PADS) {
          List<Object> a =
              new ArrayList<>(
                  List.of(
                      "kernel_shape", kernel, "strides", stride, "pads", pads, "ceil_mode", ceil));
          if (op.startsWith("A")) {
            a.addAll(List.of("count_include_pad", counted));
          }
          compared += compared(op, 19, a, 2, 2, 7, 6);
        }
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @ParameterizedTest
  @CsvSource({
    "AveragePool,SAME_UPPER",
    "AveragePool,SAME_LOWER",
    "AveragePool,VALID",
    "MaxPool,SAME_UPPER",
    "MaxPool,SAME_LOWER",
    "MaxPool,VALID"
  })
  void padsThatSizesTell(String op, String auto) {
    int compared = 0;
    for (int[] kernel : KERNELS) {
      for (int[] stride : STRIDES) {
        for (int height = 4; height < 8; height++) {
          for (int ceil = 0; ceil < 2; ceil++) {
            compared +=
                compared(
                    op,
                    19,
                    List.of(
                        "kernel_shape",
                        kernel,
                        "strides",
                        stride,
                        "auto_pad",
                        auto,
                        "ceil_mode",
                        ceil),
                    2,
                    2,
                    height,
                    6);
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void dilatedMaxima() {
    int compared = 0;
    for (int[] pads : PADS) {
      for (int ceil = 0; ceil < 2; ceil++) {
        compared +=
            compared(
                "MaxPool",
                12,
                List.of(
                    "kernel_shape",
                    new int[] {3, 2},
                    "strides",
                    new int[] {2, 2},
                    "dilations",
                    new int[] {2, 3},
                    "pads",
                    pads,
                    "ceil_mode",
                    ceil),
                2,
                2,
                9,
                8);
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  @Test
  void anAverageThatTorchCountsTheSameWayIsTorchs() {
    GraphModule graph =
        OnnxImporter.run(
            TinyModel.of(
                    13,
                    "AveragePool",
                    List.of("x"),
                    "kernel_shape",
                    new int[] {3, 3},
                    "strides",
                    new int[] {2, 2},
                    "auto_pad",
                    "SAME_UPPER")
                .input("x", Tensors.normal(RANDOM, 2, 2, 6, 6))
                .build(),
            ImportOptions.none());
    assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.functional.avg_pool2d");
  }

  private static int transposed(int opset, boolean constant, Object... attributes) {
    TinyModel tiny =
        TinyModel.of(opset, "ConvTranspose", List.of("x", "w", "b"), attributes)
            .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
            .constant("b", Tensors.normal(RANDOM, 2));
    Tensor w = Tensors.normal(RANDOM, 3, 2, 3, 4);
    if (constant) {
      tiny.constant("w", w);
    } else {
      tiny.constant("v", w).node("Neg", List.of("v"), List.of("w"));
    }
    try {
      OnnxRuntime.run(tiny.build(), tiny.samples());
    } catch (AssertionError e) {
      return 0;
    }
    OperatorCheck.againstOnnxRuntime(tiny);
    return 1;
  }

  @Test
  void transposedConvolutionsWithAnyPads() {
    int compared = 0;
    for (int[] stride : STRIDES) {
      for (int[] pads : PADS) {
        for (int[] appended : new int[][] {{0, 0}, {0, 1}}) {
          for (int[] dilation : new int[][] {{1, 1}, {2, 1}}) {
            if (appended[1] >= Math.max(stride[1], dilation[1])) {
              continue;
            }
            compared +=
                transposed(
                    17,
                    true,
                    "strides",
                    stride,
                    "pads",
                    pads,
                    "output_padding",
                    appended,
                    "dilations",
                    dilation);
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOTSET", "SAME_UPPER", "SAME_LOWER"})
  void transposedConvolutionsToAShape(String auto) {
    int compared = 0;
    for (int[] shape : new int[][] {{8, 10}, {9, 12}, {7, 9}, {8, 11}, {6, 7}}) {
      compared +=
          transposed(
              17, true, "strides", new int[] {2, 2}, "output_shape", shape, "auto_pad", auto);
    }
    assertThat(compared).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "VALID"})
  void transposedConvolutionsWhosePadsSizesTell(String auto) {
    for (int[] stride : STRIDES) {
      assertThat(transposed(17, true, "strides", stride, "auto_pad", auto)).isEqualTo(1);
    }
  }
}
