package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reshapes, indexing, reductions, pools: operators whose difficulty is in the shapes. */
class LayoutImportTest {
  private static final Random RANDOM = new Random(5);

  private static Arguments op(int opset, String type, Object... attributes) {
    return Arguments.of(opset, type, attributes);
  }

  static Stream<Arguments> operators() {
    return Stream.of(
        op(17, "Flatten"),
        op(17, "Flatten", "axis", 2),
        op(17, "Flatten", "axis", -1),
        op(17, "Transpose"),
        op(17, "Transpose", "perm", new int[] {0, 2, 3, 1}),
        op(17, "Transpose", "perm", new int[] {0, 1, 3, 2}),
        op(17, "Transpose", "perm", new int[] {0, 1, 2, 3}),
        op(11, "Unsqueeze", "axes", new int[] {1, -1}),
        op(17, "GlobalAveragePool"),
        op(17, "GlobalMaxPool"),
        op(17, "MaxPool", "kernel_shape", new int[] {2, 3}),
        op(
            17,
            "MaxPool",
            "kernel_shape",
            new int[] {3, 3},
            "strides",
            new int[] {2, 2},
            "pads",
            new int[] {1, 1, 1, 1},
            "ceil_mode",
            1),
        op(17, "MaxPool", "kernel_shape", new int[] {2, 2}, "pads", new int[] {0, 0, 1, 1}),
        op(17, "AveragePool", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}),
        op(17, "AveragePool", "kernel_shape", new int[] {3, 3}, "pads", new int[] {1, 1, 1, 1}),
        op(
            17,
            "AveragePool",
            "kernel_shape",
            new int[] {3, 3},
            "pads",
            new int[] {1, 1, 1, 1},
            "count_include_pad",
            1),
        op(17, "ReduceMean", "axes", new int[] {2, 3}),
        op(17, "ReduceMean", "axes", new int[] {-1}, "keepdims", 0),
        op(17, "ReduceMax", "axes", new int[] {1}),
        op(17, "ReduceMin", "axes", new int[] {1, 2}, "keepdims", 0),
        op(17, "ReduceProd", "axes", new int[] {2}),
        op(17, "ReduceL2", "axes", new int[] {3}, "keepdims", 0),
        op(17, "DepthToSpace", "blocksize", 2),
        op(17, "DepthToSpace", "blocksize", 2, "mode", "CRD"),
        op(17, "SpaceToDepth", "blocksize", 2),
        op(10, "Pad", "pads", new int[] {0, 0, 1, 2, 0, 0, 0, 1}, "value", 2.5),
        op(
            9,
            "Slice",
            "starts",
            new int[] {1, 0},
            "ends",
            new int[] {4, 2},
            "axes",
            new int[] {1, 3}),
        op(9, "Upsample"));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("operators")
  void computesWhatOnnxRuntimeComputes(int opset, String type, Object[] attributes) {
    if (type.equals("Upsample")) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(9, "Upsample", List.of("x", "scales"), "mode", "nearest")
              .input("x", Tensors.normal(RANDOM, 2, 8, 4, 6))
              .constant("scales", Tensor.of(new float[] {1, 1, 2, 3}, 4)));
      return;
    }
    OperatorCheck.againstOnnxRuntime(
        TinyModel.of(opset, type, List.of("x"), attributes)
            .input("x", Tensors.normal(RANDOM, 2, 8, 4, 6)));
  }

  static Stream<Arguments> reshapes() {
    return Stream.of(
        Arguments.of(new long[] {-1, 48}, "reshape(%x, -1, 48)"),
        Arguments.of(new long[] {0, 4, -1}, "torch.flatten(%x, 2)"),
        Arguments.of(new long[] {0, -1}, "torch.flatten(%x, 1)"),
        Arguments.of(new long[] {-1, 2, 2, 2, 6}, "reshape(%x, -1, 2, 2, 2, 6)"));
  }

  @ParameterizedTest
  @MethodSource("reshapes")
  void reshapesHoldAtAnyBatch(long[] shape, String expected) {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            TinyModel.of(17, "Reshape", List.of("x", "shape"))
                .input("x", Tensors.normal(RANDOM, 2, 4, 2, 6))
                .constant("shape", Tensors.longs(shape)));
    assertThat(graph.graph().toString())
        .contains(expected.equals("reshape(%x, -1, 48)") ? "torch.flatten(%x, 1)" : expected);
  }

  @Test
  void shapeArithmeticFoldsAwayAndStaysOpenInTheBatch() {
    // y = x reshaped to [batch · 3, 8], and a tensor of ones of the batch's size
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 3, 8))
            .constant("zero", Tensor.scalar(0L))
            .constant("three", Tensor.scalar(3L))
            .constant("axes", Tensors.longs(0))
            .constant("eight", Tensors.longs(8))
            .node("Shape", List.of("x"), List.of("s"))
            .node("Gather", List.of("s", "zero"), List.of("n"))
            .node("Mul", List.of("n", "three"), List.of("rows"))
            .node("Unsqueeze", List.of("rows", "axes"), List.of("rows1"))
            .node("Concat", List.of("rows1", "eight"), List.of("shape"), "axis", 0)
            .node("Reshape", List.of("x", "shape"), List.of("y"))
            .node(
                "ConstantOfShape",
                List.of("shape"),
                List.of("ones"),
                "value",
                Tensor.of(new float[] {1}, 1))
            .node("Add", List.of("y", "ones"), List.of("z"))
            .output("z");
    GraphModule graph = OperatorCheck.againstOnnxRuntime(tiny);
    assertThat(OperatorCheck.calls(graph))
        .containsExactly("reshape", "size", "operator.mul", "expand", "operator.add");
  }

  @Test
  void gathers() {
    Tensor x = Tensors.normal(RANDOM, 2, 5, 3);
    for (int axis : new int[] {1, 2}) {
      for (Tensor index :
          List.of(
              Tensor.scalar(1L),
              Tensor.scalar(-1L),
              Tensors.longs(0, 2, 1),
              Tensors.longs(-1),
              Tensor.of(DType.INT64, Shape.of(2, 2), new long[] {0, 1, 2, 1}))) {
        OperatorCheck.againstOnnxRuntime(
            TinyModel.of(17, "Gather", List.of("x", "i"), "axis", axis)
                .input("x", x)
                .constant("i", index));
      }
    }
  }

  /** As exporters write {@code x[:, ::2]}, and padding to a multiple that a size already is. */
  @Test
  void whatChangesNothingLeavesNoNode() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(17)
                .input("x", Tensors.normal(RANDOM, 2, 4, 6))
                .constant("none", Tensors.longs(0, 0, 0, 0, 0, 0))
                .constant("from", Tensors.longs(0, 0, 0))
                .constant("to", Tensors.longs(Long.MAX_VALUE, 4, 1000))
                .constant("once", Tensors.longs(1, 1, 1))
                .constant("two", Tensors.longs(1, 2, 1))
                .node("Pad", List.of("x", "none"), List.of("p"))
                .node("Slice", List.of("p", "from", "to"), List.of("s"))
                .node("Tile", List.of("s", "once"), List.of("t"))
                .node("Slice", List.of("t", "from", "to", "", "two"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(graph)).containsExactly("operator.getitem");
  }

  /** As the dynamo exporter writes {@code as_strided}: positions that grow with the sample. */
  @Test
  void positionsWithinTheSamplesOfAFlattenedAxisKeepTheSamplesApart() {
    Tensor all = Tensor.of(DType.INT64, Shape.of(1, 6, 1), new long[] {0, 1, 2, 3, 4, 5});
    GraphModule whole = OperatorCheck.againstOnnxRuntime(RowSamples.strided(all));
    assertThat(OperatorCheck.calls(whole)).containsOnly("reshape");
    Tensor some = Tensor.of(DType.INT64, Shape.of(1, 2, 2), new long[] {5, 0, 3, 3});
    GraphModule part = OperatorCheck.againstOnnxRuntime(RowSamples.strided(some));
    assertThat(OperatorCheck.calls(part)).contains("torch.index_select");
    for (GraphModule graph : List.of(whole, part)) {
      TensorSpec input = new TensorSpec("x", DType.FLOAT32, Shape.of(2, 2, 3));
      Node last = graph.graph().outputNode().inputs().iterator().next();
      assertThat(BatchAxes.of(graph, List.of(input)).axis(last)).isEqualTo(BatchAxis.of(0));
    }
  }

  @Test
  void aGatherFromAConstantTableIsAnEmbedding() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            TinyModel.of(17, "Gather", List.of("words.weight", "ids"))
                .constant("words.weight", Tensors.normal(RANDOM, 7, 4))
                .input(
                    "ids", Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {1, 2, 6, 0, 3, 3})));
    assertThat(OperatorCheck.calls(graph)).containsExactly("torch.nn.Embedding");
    assertThat(graph.findModule("words")).isNotNull();
  }

  @Test
  void slices() {
    long all = Long.MAX_VALUE;
    long[][] cases = {
      {1, 3, 1}, {0, all, 2}, {-2, all, 1}, {-1, -all, -1}, {3, 0, -2}, {1, -1, 1}, {2, 2, 1}
    };
    for (long[] c : cases) {
      if (c[0] == c[1]) {
        continue; // an empty result, which ONNX Runtime's Java binding does not return
      }
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(17, "Slice", List.of("x", "from", "to", "axis", "step"))
              .input("x", Tensors.normal(RANDOM, 2, 4, 3))
              .constant("from", Tensors.longs(c[0]))
              .constant("to", Tensors.longs(c[1]))
              .constant("axis", Tensors.longs(1))
              .constant("step", Tensors.longs(c[2])));
    }
  }

  @Test
  void splitsAndConcatenations() {
    for (boolean equal : new boolean[] {true, false}) {
      TinyModel tiny = new TinyModel(17).input("x", Tensors.normal(RANDOM, 2, 6, 3));
      if (!equal) {
        tiny.constant("sizes", Tensors.longs(1, 5));
      }
      OperatorCheck.againstOnnxRuntime(
          tiny.node(
                  "Split",
                  equal ? List.of("x") : List.of("x", "sizes"),
                  List.of("a", "b"),
                  "axis",
                  1)
              .node("Concat", List.of("b", "a"), List.of("y"), "axis", 1)
              .output("y"));
    }
  }

  @Test
  void expandsPadsAndTiles() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 1, 3))
            .constant("to", Tensors.longs(1, 4, 1))
            .constant("pads", Tensors.longs(0, 1, 0, 0, 0, 2))
            .constant("repeats", Tensors.longs(1, 2, 1))
            .node("Expand", List.of("x", "to"), List.of("e"))
            .node("Pad", List.of("e", "pads"), List.of("p"), "mode", "reflect")
            .node("Tile", List.of("p", "repeats"), List.of("y"))
            .output("y"));
  }

  @Test
  void rangesAndArgMax() {
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 5))
            .constant("from", Tensor.scalar(0L))
            .constant("step", Tensor.scalar(1L))
            .constant("one", Tensor.scalar(1L))
            .node("Shape", List.of("x"), List.of("s"))
            .node("Gather", List.of("s", "one"), List.of("n"))
            .node("Range", List.of("from", "n", "step"), List.of("r"))
            .node("ArgMax", List.of("x"), List.of("m"), "axis", 1, "keepdims", 1)
            .node("Add", List.of("m", "r"), List.of("y"))
            .output("y", DType.INT64));
  }

  @Test
  void resizes() {
    Object[][] ways = {
      {"mode", "nearest", "coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor"},
      {"mode", "nearest"},
      {"mode", "linear", "coordinate_transformation_mode", "pytorch_half_pixel"},
      {"mode", "linear", "coordinate_transformation_mode", "align_corners"}
    };
    for (Object[] way : ways) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(13, "Resize", List.of("x", "", "scales"), way)
              .input("x", Tensors.normal(RANDOM, 2, 3, 4, 5))
              .constant("scales", Tensor.of(new float[] {1, 1, 2, 3}, 4)));
    }
  }

  @Test
  void integersMoveByOperationsThatNothingQuantizes() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(13)
                .input("m", Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {1, 0, 1, 1, 1, 0}))
                .constant("axes", Tensors.longs(1, 3))
                .constant("axis", Tensors.longs(1))
                .constant("flat", Tensors.longs(-1, 6))
                .node("Unsqueeze", List.of("m", "axes"), List.of("u"))
                .node("Concat", List.of("u", "u"), List.of("c"), "axis", 1)
                .node("Transpose", List.of("c"), List.of("t"), "perm", new int[] {0, 2, 1, 3})
                .node("Transpose", List.of("t"), List.of("p"), "perm", new int[] {0, 3, 1, 2})
                .node("Squeeze", List.of("p", "axis"), List.of("s"))
                .node("Reshape", List.of("s", "flat"), List.of("y"))
                .output("y", DType.INT64));
    assertThat(OperatorCheck.calls(graph))
        .containsOnly("operator.getitem", "torch.concat", "torch.permute", "torch.reshape");
    GraphModule prepared =
        QuantizeFx.prepare(graph, DefaultQConfigMappings.ptq(QuantizedEngine.X86));
    assertThat(OperatorCheck.calls(prepared)).isEqualTo(OperatorCheck.calls(graph));
  }

  @Test
  void anAttentionMaskIsNotQuantizedWithTheScores() {
    GraphModule graph =
        OperatorCheck.againstOnnxRuntime(
            new TinyModel(13)
                .input("x", Tensors.normal(RANDOM, 2, 3))
                .input("m", Tensor.of(DType.INT64, Shape.of(2, 3), new long[] {1, 0, 1, 1, 1, 0}))
                .constant("one", Tensor.scalar(1f))
                .constant("hide", Tensor.scalar(-10000f))
                .node("Cast", List.of("m"), List.of("f"), "to", 1)
                .node("Sub", List.of("one", "f"), List.of("s"))
                .node("Mul", List.of("s", "hide"), List.of("h"))
                .node("Add", List.of("h", "x"), List.of("y"))
                .output("y"));
    assertThat(OperatorCheck.calls(graph))
        .containsExactly("to", "operator.sub", "torch.multiply", "operator.neg", "operator.sub");
  }
}
