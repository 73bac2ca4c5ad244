package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Inputs that are no batch along their first axis: values, states, time-major ones, whole ones. */
class InputRoleTest {
  private static final Tensor SAMPLE = Tensors.normal(new java.util.Random(5), 2, 3, 4);

  /** y = (h[0] + x) · r: h is [2, batch, 4], x [batch, 4], r a whole number. */
  private static OnnxModel model(Shape scalar) {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(new java.util.Random(6), 3, 4))
            .input("h", SAMPLE)
            .input("r", Tensor.of(DType.INT64, scalar, new long[scalar.numel()]))
            .constant("ZERO", Tensor.scalar(0L))
            .node("Gather", List.of("h", "ZERO"), List.of("first"), "axis", 0)
            .node("Add", List.of("first", "x"), List.of("sum"))
            .node("Cast", List.of("r"), List.of("rate"), "to", 1)
            .node("Mul", List.of("sum", "rate"), List.of("y"))
            .output("y");
    ModelProto.Builder proto = tiny.build().proto().toBuilder();
    ValueInfoProto.Builder h = proto.getGraphBuilder().getInputBuilder(1);
    var shape = h.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    shape.getDimBuilder(0).setDimValue(2);
    shape.getDimBuilder(1).setDimParam("batch");
    return OnnxModel.of(proto.build(), "roles.onnx");
  }

  private static ImportOptions roles() {
    return ImportOptions.none()
        .withInput("h", new InputRole.Batched(1))
        .withInput("r", new InputRole.Constant(3));
  }

  private static OnnxSource source(GraphModule graph) {
    return graph.attachment(OnnxSource.class).orElseThrow();
  }

  @Test
  void aValueIsNoInputAndAStateHasItsSamplesElsewhere() {
    GraphModule graph = OnnxImporter.run(model(Shape.SCALAR), roles());

    assertThat(source(graph).inputs())
        .containsExactly(
            new OnnxInput("x", DType.FLOAT32, Shape.of(4), 0, 0),
            new OnnxInput("h", DType.FLOAT32, Shape.of(2, 4), 1, 0));
    assertThat(source(graph).inputs().get(1).shape(5)).isEqualTo(Shape.of(2, 5, 4));
    Tensor x = Tensors.normal(new java.util.Random(7), 3, 4);
    Tensor y = (Tensor) graph.run(x, SAMPLE);
    for (int i = 0; i < 12; i++) {
      assertThat(y.floats()[i]).isEqualTo((SAMPLE.floats()[i] + x.floats()[i]) * 3);
    }
  }

  @Test
  void samplesAreFollowedFromWhereTheyAre() {
    GraphModule graph = OnnxImporter.run(model(Shape.SCALAR), roles());
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("x", DType.FLOAT32, Shape.of(8, 4)),
            new TensorSpec("h", DType.FLOAT32, Shape.of(2, 8, 4), 1));
    BatchAxes axes = BatchAxes.of(graph, specs);
    List<Node> placeholders = graph.graph().placeholders();

    assertThat(axes.axis(placeholders.get(1))).isEqualTo(BatchAxis.of(1));
    assertThat(ModelOutputs.of(graph, 8))
        .containsExactly(new ModelOutput("y", Samples.SEPARATE, BatchAxis.of(0)));
    assertThat(TensorSpec.batch(List.of(specs.get(1)))).isEqualTo(8);
  }

  @Test
  void aWholeInputHasNoBatch() {
    OnnxModel model =
        new TinyModel(17)
            .input("x", Tensors.normal(new java.util.Random(6), 3, 4))
            .node("Relu", List.of("x"), List.of("y"))
            .output("y")
            .build();
    ImportOptions whole =
        ImportOptions.none().withSize("x:0", 3).withInput("x", new InputRole.Whole());
    GraphModule graph = OnnxImporter.run(model, whole);

    assertThat(source(graph).inputs())
        .containsExactly(new OnnxInput("x", DType.FLOAT32, Shape.of(3, 4), -1, 0));
    assertThat(ModelOutputs.of(graph, 1).get(0).samples()).isEqualTo(Samples.SEPARATE);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertRefused(
        ImportOptions.none().withInput("r", new InputRole.Constant(3)),
        "input h: axis 1 is symbolic ('batch'), expected a size for h:1, or inputs.h.batchAxis = 1");
    assertRefused(
        roles().withInput("g", new InputRole.Batched(1)),
        "Cannot import with input g: the model has no such input, expected one of");
    assertRefused(
        roles().withInput("h", new InputRole.Batched(3)),
        "input h with the batch on axis 3: it has 3 axes, expected one of them");
    assertRefused(
        roles().withInput("r", new InputRole.Constant(0.5)),
        "input r (value 0.5 of input r, expected one that torch.int64 holds)");
    assertRefused(
        roles().withInput("r", new InputRole.Constant(1e19)),
        "input r (value 1.0E19 of input r, expected one that torch.int64 holds)");
    assertRefused(
        roles().withInput("h", new InputRole.Constant(1e39)).withSize("h:1", 3),
        "input h (value 1.0E39 of input h, expected one that torch.float32 holds)");
    assertRefused(
        roles().withInput("x", new InputRole.Constant(0)),
        "input x: axis 0 is symbolic ('batch'), expected a size for x:0");
    assertThatThrownBy(() -> new InputRole.Batched(-1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("axis -1, expected at least 0");
  }

  private static void assertRefused(ImportOptions options, String message) {
    assertThatThrownBy(() -> OnnxImporter.run(model(Shape.SCALAR), options))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining(message);
  }
}
