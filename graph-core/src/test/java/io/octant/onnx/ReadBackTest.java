package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.qdq.ReadBack;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A written model that is damaged, or computes something else, is found out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadBackTest {
  private Exported exported;

  @BeforeAll
  void export() {
    Random random = new Random(3);
    exported =
        Exported.of(
            new TinyModel(17)
                .input("x", Tensors.normal(random, 6, 8))
                .constant("w", Tensors.normal(random, 4, 8))
                .constant("b", Tensors.normal(random, 4))
                .node("Gemm", List.of("x", "w", "b"), List.of("g"), "transB", 1)
                .node("Relu", List.of("g"), List.of("y"))
                .output("y"));
  }

  private ReadBack read(Consumer<GraphProto.Builder> damage) {
    ModelProto.Builder model = exported.model().proto().toBuilder();
    damage.accept(model.getGraphBuilder());
    return ReadBack.of(model.build().toByteArray(), "out.onnx", ImportOptions.none());
  }

  private void compare(ReadBack read) {
    ReadBack.requireAgreement(
        List.of("y"),
        exported.ofFloat(),
        exported.ofInt8(),
        List.of(read.graph().runTensor(exported.inputs().get("x"))));
  }

  private static void replace(GraphProto.Builder graph, String name, float... values) {
    for (TensorProto.Builder t : graph.getInitializerBuilderList()) {
      if (t.getName().equals(name)) {
        Tensor changed =
            Tensor.of(
                DType.FLOAT32,
                Shape.of(t.getDimsList().stream().mapToInt(Long::intValue).toArray()),
                values);
        t.mergeFrom(OnnxTensors.encode(name, changed).toBuilder().clearDims().build());
      }
    }
  }

  @Test
  void whatWasWrittenAgrees() {
    assertThatCode(() -> compare(read(graph -> {}))).doesNotThrowAnyException();
  }

  @Test
  void anotherScaleIsADisagreement() {
    ReadBack read = read(graph -> replace(graph, "x_scale", 0.001f));
    assertThatThrownBy(() -> compare(read))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot export output y: ")
        .hasMessageContaining("differs from the int8 graph by");
  }

  @Test
  void integersMayDifferInAFewTies() {
    Tensor exact = Tensor.of(DType.INT64, Shape.of(100), new long[100]);
    long[] tie = new long[100];
    tie[7] = 1;
    long[] other = new long[100];
    java.util.Arrays.fill(other, 1);
    List<Tensor> zeros = List.of(exact);
    ReadBack.requireAgreement(
        List.of("i"), zeros, zeros, List.of(Tensor.of(DType.INT64, Shape.of(100), tie)));
    assertThatThrownBy(
            () ->
                ReadBack.requireAgreement(
                    List.of("i"),
                    zeros,
                    zeros,
                    List.of(Tensor.of(DType.INT64, Shape.of(100), other))))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("output i")
        .hasMessageContaining("100 of 100 elements");
  }

  @Test
  void nanStandsWhereItStands() {
    List<Tensor> nan = List.of(Tensor.of(new float[] {1, Float.NaN}, 2));
    List<Tensor> zero = List.of(Tensor.of(new float[] {1, 0}, 2));
    ReadBack.requireAgreement(List.of("o"), nan, nan, nan);
    assertThatThrownBy(() -> ReadBack.requireAgreement(List.of("o"), nan, nan, zero))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("gives 0.0 at element 1, expected NaN");
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("output y: made by no node", g -> g.getNodeBuilder(last(g)).setOutput(0, "z")),
        damage("output y: made twice", g -> g.addOutput(g.getOutput(0))),
        damage("initializer x_scale: made twice", g -> g.addInitializer(named(g, "x_scale"))),
        damage("tensor g: made twice", g -> g.getNodeBuilder(last(g)).addOutput("g")),
        damage("Relu node 'early': input g, expected", ReadBackTest::reversed),
        damage("domain 'far.away'", g -> g.getNodeBuilder(0).setDomain("far.away")),
        damage("scale Infinity of x_scale", g -> replace(g, "x_scale", Float.POSITIVE_INFINITY)),
        damage("scale 9.99994610111476E-41 of x_scale", g -> replace(g, "x_scale", 1e-40f)),
        damage("scale NaN of x_scale", g -> replace(g, "x_scale", Float.NaN)),
        damage(
            "initializer x_scale: kept in another file",
            g ->
                g.getInitializerBuilderList().stream()
                    .filter(t -> t.getName().equals("x_scale"))
                    .forEach(t -> t.setDataLocation(TensorProto.DataLocation.EXTERNAL))));
  }

  private static Arguments damage(String message, Consumer<GraphProto.Builder> damage) {
    return Arguments.of(message, damage);
  }

  private static int last(GraphProto.Builder graph) {
    return graph.getNodeCount() - 1;
  }

  private static TensorProto named(GraphProto.Builder graph, String name) {
    return graph.getInitializerList().stream()
        .filter(t -> t.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Reads g before it is made. */
  private static void reversed(GraphProto.Builder graph) {
    graph.addNode(
        0,
        NodeProto.newBuilder().setOpType("Relu").setName("early").addInput("g").addOutput("early"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void damageIsRefusedByName(String message, Consumer<GraphProto.Builder> damage) {
    assertThatThrownBy(() -> read(damage))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("out.onnx")
        .hasMessageContaining(message);
  }
}
