package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.shape.LateValues;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops and scans, against ONNX Runtime. */
class ControlFlowImportTest {
  private static final Random RANDOM = new Random(23);

  private static Tensor truth() {
    return Tensor.of(DType.BOOL, Shape.SCALAR, new int[] {1});
  }

  /**
   * {@code state ← state · w + iteration}, while the iteration is below {@code last}; gives each
   * state. {@code w} is a tensor of the model outside.
   */
  private static GraphProto body(long last) {
    return new TinyModel(17)
        .input("iteration", Tensor.scalar(0L))
        .input("goes", truth())
        .input("state", Tensors.normal(RANDOM, 2, 4))
        .constant("last", Tensor.scalar(last))
        .node("MatMul", List.of("state", "w"), List.of("product"))
        .node("Cast", List.of("iteration"), List.of("number"), "to", 1)
        .node("Add", List.of("product", "number"), List.of("next"))
        .node("Less", List.of("iteration", "last"), List.of("goes_on"))
        .node("Relu", List.of("next"), List.of("seen"))
        .output("goes_on", DType.BOOL)
        .output("next")
        .output("seen")
        .graph();
  }

  private static TinyModel loop(long trips, long last) {
    return new TinyModel(17)
        .input("x", Tensors.normal(RANDOM, 2, 4))
        .constant("trips", Tensor.scalar(trips))
        .constant("begin", truth())
        .constant("w", Tensors.normal(RANDOM, 4, 4))
        .node("Loop", List.of("trips", "begin", "x"), List.of("y", "z"), "body", body(last))
        .output("y")
        .output("z");
  }

  @ParameterizedTest
  @CsvSource({"3, 9", "9, 2", "1, 9"})
  void aLoopIsItsIterations(long trips, long last) {
    var graph = OperatorCheck.againstOnnxRuntime(loop(trips, last));

    assertThat(OperatorCheck.calls(graph).stream().filter("torch.nn.Linear"::equals))
        .hasSize((int) Math.min(trips, last + 1));
  }

  @Test
  void aLoopOfManyNodesIsRefused() {
    assertThatThrownBy(() -> OnnxImporter.run(loop(1000, 10_000).build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot import Loop node 'Loop_0'")
        .hasMessageContaining("expected at most 2000 nodes");
  }

  @Test
  void aLoopThatNeverRunsHasNothingToStack() {
    assertThatThrownBy(() -> OnnxImporter.run(loop(0, 3).build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("output 'z' of no iterations");
  }

  @Test
  void aBodyThatDoesNotFitIsRefused() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 4))
            .constant("trips", Tensor.scalar(2L))
            .node("Loop", List.of("trips", "", "x", "x"), List.of("y"), "body", body(1))
            .output("y");
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Loop_0")
        .hasMessageContaining("a body of 3 inputs");
  }

  /** Two states and two inputs along different axes in different directions. */
  @ParameterizedTest
  @ValueSource(ints = {9, 11, 17})
  void aScanIsItsIterations(int opset) {
    GraphProto body =
        new TinyModel(opset)
            .input("sum", Tensors.normal(RANDOM, 2, 3))
            .input("product", Tensors.normal(RANDOM, 2, 3))
            .input("a", Tensors.normal(RANDOM, 2, 3))
            .input("b", Tensors.normal(RANDOM, 2, 3))
            .node("Add", List.of("sum", "a"), List.of("sums"))
            .node("Mul", List.of("product", "b"), List.of("products"))
            .node("Sub", List.of("sums", "products"), List.of("difference"))
            .output("sums")
            .output("products")
            .output("difference")
            .output("sums")
            .graph();
    GraphProto renamed =
        body.toBuilder()
            .setOutput(3, body.getOutput(3).toBuilder().setName("again"))
            .addNode(
                body.getNode(0).toBuilder()
                    .setOpType("Identity")
                    .setName("again")
                    .clearInput()
                    .addInput("sums")
                    .setOutput(0, "again"))
            .build();
    OperatorCheck.againstOnnxRuntime(
        new TinyModel(opset)
            .input("s", Tensors.normal(RANDOM, 2, 3))
            .input("p", Tensors.normal(RANDOM, 2, 3))
            .input("first", Tensors.normal(RANDOM, 2, 4, 3))
            .input("second", Tensors.normal(RANDOM, 2, 3, 4))
            .node(
                "Scan",
                List.of("s", "p", "first", "second"),
                List.of("y", "z", "d", "a"),
                "body",
                renamed,
                "num_scan_inputs",
                2,
                "scan_input_axes",
                new int[] {1, 2},
                "scan_input_directions",
                new int[] {0, 1},
                "scan_output_axes",
                new int[] {1, 2},
                "scan_output_directions",
                new int[] {1, 0})
            .output("y")
            .output("z")
            .output("d")
            .output("a"));
  }

  @Test
  void aScanAlongTheBatchIsRefused() {
    GraphProto body =
        new TinyModel(17)
            .input("sum", Tensors.normal(RANDOM, 3))
            .input("a", Tensors.normal(RANDOM, 3))
            .node("Add", List.of("sum", "a"), List.of("sums"))
            .output("sums")
            .graph();
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 3))
            .constant("zero", Tensor.of(new float[3], 3))
            .node("Scan", List.of("zero", "x"), List.of("y"), "body", body, "num_scan_inputs", 1)
            .output("y");
    assertThatThrownBy(() -> OnnxImporter.run(tiny.build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot import Scan node 'Scan_0'")
        .hasMessageContaining("expected one fixed size");
  }

  private static GraphProto branch(TinyModel tiny) {
    return tiny.graph();
  }

  private static TinyModel chosen(GraphProto then, GraphProto otherwise) {
    return new TinyModel(17)
        .input("x", Tensors.normal(RANDOM, 2, 4))
        .constant("w", Tensors.normal(RANDOM, 4, 3))
        .node("Abs", List.of("x"), List.of("a"))
        .node("ReduceSum", List.of("x"), List.of("n"), "keepdims", 0)
        .constant("zero", Tensor.scalar(0f))
        .node("Greater", List.of("n", "zero"), List.of("c"))
        .node("If", List.of("c"), List.of("i"), "then_branch", then, "else_branch", otherwise)
        .node("Neg", List.of("i"), List.of("y"))
        .output("y");
  }

  private static void bothWays(TinyModel tiny) {
    OnnxModel model = tiny.build();
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    for (float value : new float[] {1, -1}) {
      float[] x = new float[8];
      java.util.Arrays.fill(x, value);
      Map<String, Tensor> in = Map.of("x", Tensor.of(x, 2, 4));
      Tensors.assertClose(
          graph.runTensor(in.get("x")), OnnxRuntime.run(model, in).get(0), 1e-5, "at " + value);
    }
    List<TensorSpec> specs = List.of(new TensorSpec("x", DType.FLOAT32, Shape.of(2, 4)));
    new ReferenceEngine().compile(graph, specs).close();
    ModelOutputs.of(graph, 1);
  }

  private static final GraphProto PRODUCT =
      branch(new TinyModel(17).node("MatMul", List.of("a", "w"), List.of("then")).output("then"));

  /** Of one shape: what follows is no different from any graph. */
  @Test
  void branchesOfOneShape() {
    TinyModel part =
        new TinyModel(17)
            .constant("s", Tensors.longs(0))
            .constant("e", Tensors.longs(3))
            .constant("d", Tensors.longs(1))
            .node("Slice", List.of("x", "s", "e", "d"), List.of("part"))
            .output("part");
    TinyModel tiny = chosen(PRODUCT, branch(part));
    GraphModule graph = OnnxImporter.run(tiny.build(), ImportOptions.none());
    assertThat(LateValues.of(graph).contains((Node) graph.graph().outputNode().arg(0))).isFalse();
    bothWays(tiny);
  }

  @Test
  void branchesOfDifferentShapes() {
    TinyModel tiny =
        chosen(
            PRODUCT, branch(new TinyModel(17).node("Exp", List.of("x"), List.of("e")).output("e")));
    GraphModule graph = OnnxImporter.run(tiny.build(), ImportOptions.none());
    assertThat(LateValues.of(graph).contains((Node) graph.graph().outputNode().arg(0))).isTrue();
    bothWays(tiny);
  }

  @Test
  void branchesOfDifferentRanksAreRefused() {
    TinyModel sum =
        new TinyModel(17).node("ReduceSum", List.of("x"), List.of("r"), "keepdims", 0).output("r");
    assertThatThrownBy(
            () -> OnnxImporter.run(chosen(PRODUCT, sum.graph()).build(), ImportOptions.none()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot import If node 'If_3'")
        .hasMessageContaining("expected one type and number of axes");
  }

  /** A state that grows, as often as the data tells, down to never; then stacked slices. */
  @Test
  void aLoopOfAsManyIterationsAsTheDataTells() {
    GraphProto body =
        new TinyModel(17)
            .input("iteration", Tensor.scalar(0L))
            .input("goes", truth())
            .input("state", Tensors.normal(RANDOM, 2, 4))
            .input("constant", Tensors.normal(RANDOM, 2, 4))
            .node("Identity", List.of("goes"), List.of("goes_on"))
            .node("Add", List.of("constant", "x"), List.of("next"))
            .node("Concat", List.of("state", "next"), List.of("longer"), "axis", 0)
            .node("Relu", List.of("next"), List.of("seen"))
            .output("goes_on", DType.BOOL)
            .output("longer")
            .output("next")
            .output("seen")
            .graph();
    OnnxModel model =
        new TinyModel(17)
            .input("x", Tensors.normal(RANDOM, 2, 4))
            .input("trips", Tensor.scalar(0L))
            .node("Exp", List.of("x"), List.of("e"))
            .node(
                "Loop",
                List.of("trips", "", "x", "e"),
                List.of("grown", "last", "all"),
                "body",
                body)
            .output("grown")
            .output("last")
            .output("all")
            .build();
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    for (long trips : new long[] {3, 1, 0}) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      in.put("x", Tensors.normal(RANDOM, 2, 4));
      in.put("trips", Tensor.scalar(trips));
      List<Tensor> expected = OnnxRuntime.run(model, in);
      List<?> actual = ((Tuple) graph.run(in.values().toArray())).items();
      for (int i = 0; i < 3; i++) {
        Tensors.assertClose((Tensor) actual.get(i), expected.get(i), 1e-5, trips + " trips " + i);
      }
    }
  }

  /** Export writes into the model of the iterations. */
  @Test
  void iterationsAreQuantizedAndExported() {
    Exported e = Exported.ofExtrema(loop(2, 9));
    assertThat(OperatorCheck.calls(e.int8()))
        .anyMatch(call -> call.endsWith("quantized.reference.Linear"));
    e.agrees(20);
  }
}
