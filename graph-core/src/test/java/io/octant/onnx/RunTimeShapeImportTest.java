package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models whose shapes depend on data, against ONNX Runtime: the same session on inputs that give
 * results of different shapes.
 */
class RunTimeShapeImportTest {
  private static final int OPSET = 18;
  private static final DType INT = DType.INT64;

  /** A matrix whose zeros differ from seed to seed, and two numbers. */
  private static Map<String, Tensor> samples(int seed) {
    Random random = new Random(seed);
    float[] x = new float[4 * 6];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(3) - 1;
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("x", Tensor.of(x, 4, 6));
    out.put("n", Tensor.scalar((long) seed));
    out.put("m", Tensor.scalar((long) seed + 2));
    return out;
  }

  private static TinyModel model() {
    TinyModel tiny = new TinyModel(OPSET);
    samples(1).forEach(tiny::input);
    return tiny.constant("zero", Tensors.longs(0))
        .constant("one", Tensors.longs(1))
        .constant("three", Tensors.longs(3))
        .constant("minus", Tensors.longs(-1))
        .node("Unsqueeze", List.of("n", "zero"), List.of("N"))
        .node("Unsqueeze", List.of("m", "zero"), List.of("M"));
  }

  private static TinyModel of(DType type, String op, List<String> inputs, Object... attributes) {
    return model().node(op, inputs, List.of("y"), attributes).output("y", type);
  }

  static Map<String, TinyModel> models() {
    DType real = DType.FLOAT32;
    Map<String, TinyModel> out = new LinkedHashMap<>();
    out.put("NonZero", of(INT, "NonZero", List.of("x")));
    out.put(
        "positions, turned and gathered from",
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Transpose", List.of("p"), List.of("t"))
            .node("GatherND", List.of("x", "t"), List.of("g"))
            .node("Abs", List.of("g"), List.of("a"))
            .node("ReduceSum", List.of("a"), List.of("s"), "keepdims", 0)
            .node("Shape", List.of("g"), List.of("l"))
            .output("g")
            .output("s")
            .output("l", INT));
    out.put(
        "a column squeezed, another unsqueezed",
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Gather", List.of("p", "zero"), List.of("r"), "axis", 0)
            .node("Squeeze", List.of("r", "zero"), List.of("rows"))
            .node("Gather", List.of("x", "rows"), List.of("g"), "axis", 0)
            .node("Concat", List.of("g", "g"), List.of("y"), "axis", 1)
            .output("y"));
    out.put(
        "Compress rows",
        model()
            .node("ReduceSum", List.of("x", "one"), List.of("s"), "keepdims", 0)
            .node("Cast", List.of("s"), List.of("b"), "to", 9)
            .node("Compress", List.of("x", "b"), List.of("c"), "axis", 0)
            .constant("w", Tensors.normal(new Random(5), 6, 3))
            .node("MatMul", List.of("c", "w"), List.of("y"))
            .output("y"));
    out.put(
        "Compress all",
        model()
            .node("Cast", List.of("x"), List.of("b"), "to", 9)
            .node("Reshape", List.of("b", "minus"), List.of("v"))
            .node("Compress", List.of("x", "v"), List.of("y"))
            .output("y"));
    out.put(
        "Unique",
        model()
            .node("Unique", List.of("x"), List.of("u", "i", "v", "c"), "sorted", 0)
            .output("u")
            .output("i", INT)
            .output("v", INT)
            .output("c", INT));
    out.put("Unique rows", of(real, "Unique", List.of("x"), "axis", 1));
    out.put("Range", of(INT, "Range", List.of("n", "m", "n")));
    out.put("ConstantOfShape", of(real, "ConstantOfShape", List.of("N")));
    out.put(
        "Expand",
        model()
            .node("Concat", List.of("M", "one", "one"), List.of("s"), "axis", 0)
            .node("Expand", List.of("x", "s"), List.of("y"))
            .output("y"));
    out.put(
        "Expand of fewer axes",
        model()
            .node("Shape", List.of("x"), List.of("X"))
            .node("Slice", List.of("X", "one", "three", "zero"), List.of("S"))
            .node("Mul", List.of("S", "N"), List.of("T"))
            .node("Div", List.of("T", "N"), List.of("s"))
            .node("Expand", List.of("x", "s"), List.of("y"))
            .output("y"));
    out.put(
        "Tile",
        model()
            .node("Concat", List.of("N", "M"), List.of("s"), "axis", 0)
            .node("Tile", List.of("x", "s"), List.of("y"))
            .output("y"));
    out.put(
        "Reshape with 0 and −1",
        model()
            .node("Mul", List.of("N", "zero"), List.of("z"))
            .node("Concat", List.of("z", "three", "minus"), List.of("s"), "axis", 0)
            .node("Reshape", List.of("x", "s"), List.of("y"))
            .output("y"));
    out.put(
        "Reshape of what is selected",
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Unsqueeze", List.of("p", "zero"), List.of("u"))
            .node("Transpose", List.of("u"), List.of("t"), "perm", new int[] {2, 0, 1})
            .node("Reshape", List.of("p", "minus"), List.of("flat"))
            .node("Shape", List.of("t"), List.of("X"))
            .node("Reshape", List.of("flat", "X"), List.of("y"))
            .output("y", INT));
    out.put(
        "Slice",
        model()
            .node("Slice", List.of("x", "N", "M", "one"), List.of("s"))
            .node("Relu", List.of("s"), List.of("y"))
            .output("y"));
    out.put(
        "Slice by negative bounds and a step",
        model()
            .node("Neg", List.of("M"), List.of("from"))
            .constant("end", Tensors.longs(Long.MAX_VALUE))
            .constant("two", Tensors.longs(2))
            .node("Slice", List.of("x", "from", "end", "one", "two"), List.of("y"))
            .output("y"));
    out.put(
        "Size of what is selected",
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Size", List.of("p"), List.of("y"))
            .output("y", INT));
    out.put(
        "NonMaxSuppression",
        model()
            .constant("corners", Tensors.normal(new Random(7), 4, 6, 4))
            .node("Unsqueeze", List.of("x", "one"), List.of("scores"))
            .constant("some", Tensor.scalar(0.1f))
            .constant("low", Tensor.scalar(-0.5f))
            .node(
                "NonMaxSuppression", List.of("corners", "scores", "n", "some", "low"), List.of("y"))
            .output("y", INT));
    return out;
  }

  @TestFactory
  Stream<DynamicTest> computeWhatOnnxRuntimeComputes() {
    return models().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getValue().build())));
  }

  private static void compare(OnnxModel model) {
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    ImportedRows.of(graph).check();
    List<TensorSpec> specs = new ArrayList<>();
    samples(1).forEach((name, t) -> specs.add(new TensorSpec(name, t.dtype(), t.shape())));
    try (Session session = new ReferenceEngine().compile(graph, specs);
        ExecutionContext context = session.newContext()) {
      for (int seed = 1; seed < 4; seed++) {
        List<Tensor> expected = OnnxRuntime.run(model, samples(seed));
        List<Tensor> actual = context.run(List.copyOf(samples(seed).values()), 4);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          Tensors.assertClose(
              actual.get(i), expected.get(i), 1e-5, "output " + i + " of\n" + graph);
        }
      }
    }
  }

  /**
   * The convolution before the part that depends on data is quantized, the one behind it is not.
   */
  @Test
  void valuesOfLateShapeStayFloat() {
    Random random = new Random(3);
    TinyModel tiny =
        new TinyModel(OPSET)
            .input("x", Tensors.normal(random, 2, 3, 6, 8))
            .input("n", Tensors.longs(5, 5))
            .constant("zero", Tensors.longs(0))
            .constant("axis", Tensors.longs(3))
            .constant("v", Tensors.normal(random, 4, 3, 3, 3))
            .constant("w", Tensors.normal(random, 4, 4, 3, 3))
            .node("Conv", List.of("x", "v"), List.of("c"))
            .node("Relu", List.of("c"), List.of("r"))
            .node("ReduceMin", List.of("n", "zero"), List.of("end"))
            .node("Slice", List.of("r", "zero", "end", "axis"), List.of("s"))
            .node("Conv", List.of("s", "w"), List.of("d"))
            .node("Relu", List.of("d"), List.of("y"))
            .output("y");
    Exported e = Exported.ofExtrema(tiny);

    assertThat(OperatorCheck.calls(e.int8()))
        .contains("torch.ao.nn.intrinsic.quantized.ConvReLU2d", "torch.ao.nn.intrinsic.ConvReLU2d");
    assertThat(e.ofInt8().get(0).shape()).isEqualTo(Shape.of(2, 4, 2, 3));
    e.agrees(30);
  }

  @Test
  void whatNeedsASizeIsRefusedByNode() {
    TinyModel tiny =
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Flatten", List.of("p"), List.of("y"), "axis", 0)
            .output("y", INT);

    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Flatten node 'Flatten_3'")
        .hasMessageContaining("known when the model runs only");
  }

  @Test
  void anAxisThatIsSqueezedHasSizeOne() {
    TinyModel tiny =
        model()
            .node("NonZero", List.of("x"), List.of("p"))
            .node("Squeeze", List.of("p", "one"), List.of("y"))
            .output("y", INT);
    GraphModule graph = OnnxImporter.run(tiny.build(), ImportOptions.none());

    assertThatThrownBy(() -> graph.run(samples(1).values().toArray()))
        .hasMessageContaining("Cannot run node")
        .hasMessageContaining("reshape");
  }

  /** The shape is known: what is padded is observed and runs natively. */
  @ParameterizedTest
  @ValueSource(strings = {"constant", "reflect"})
  void paddingByAComputedNumber(String mode) {
    TinyModel tiny =
        new TinyModel(OPSET)
            .input("x", Tensors.normal(new Random(1), 2, 3, 4))
            .constant("p", Tensors.longs(0, 1, 2, 0, 0, 1))
            .node("ReduceMax", List.of("x"), List.of("v"), "keepdims", 0)
            .node("Pad", List.of("x", "p", "v"), List.of("y"), "mode", mode)
            .output("y");
    if (mode.equals("constant")) {
      OperatorCheck.againstOnnxRuntime(tiny);
    } else { // reads no value
      assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
          .hasMessageContaining("Cannot import Pad node 'Pad_1'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd"})
  void reductionsOfNothing(String type) {
    for (int keep : new int[] {0, 1}) {
      OperatorCheck.againstOnnxRuntime(
          TinyModel.of(20, type, List.of("x", "axes"), "keepdims", keep)
              .input("x", Tensor.of(new float[0], 2, 0, 3))
              .constant("axes", Tensors.longs(1)));
    }
  }

  @Test
  void whatIsKnownIsFolded() {
    TinyModel tiny =
        new TinyModel(OPSET)
            .input("x", Tensor.of(new float[] {1, 2}, 1, 2))
            .constant("c", Tensor.of(DType.FLOAT32, Shape.of(2), new float[] {0, 3}))
            .node("NonZero", List.of("c"), List.of("p"))
            .node("Cast", List.of("p"), List.of("f"), "to", 1)
            .node("Mul", List.of("x", "f"), List.of("y"))
            .output("y");

    assertThat(OperatorCheck.calls(OperatorCheck.againstOnnxRuntime(tiny)))
        .containsExactly("operator.mul");
  }
}
