package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxException;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.data.SampleField;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Models that fix their batch, have it built in, or mix its samples. */
class ModelBatchTest {
  private static final Path CASES = Path.of("../graph-core/src/test/resources/onnx-cases");

  private static ModelSource source(byte[] onnx) {
    return new ModelSource(
        onnx,
        "m.onnx",
        ImportOptions.none(),
        Json.print(
            DefaultQConfigMappings.octant(QuantizedEngine.ONEDNN, ActivationRange.EIGHT_BITS)
                .toMap()),
        Json.print(BackendConfigs.nativeBackend().toMap()),
        QuantizedEngine.ONEDNN.toString());
  }

  /** x [N, 4], then the nodes; {@code w} is [4, 4]. */
  private static byte[] model(NodeProto.Builder... nodes) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(1);
    type.getShapeBuilder().addDimBuilder().setDimParam("N");
    type.getShapeBuilder().addDimBuilder().setDimValue(4);
    ValueInfoProto.Builder value =
        ValueInfoProto.newBuilder().setType(TypeProto.newBuilder().setTensorType(type));
    TensorProto.Builder weight =
        TensorProto.newBuilder().setName("w").setDataType(1).addDims(4).addDims(4);
    for (int i = 0; i < 16; i++) {
      weight.addFloatData(i - 7);
    }
    TensorProto.Builder shape = TensorProto.newBuilder().setName("s").setDataType(7).addDims(2);
    shape.addInt64Data(1).addInt64Data(4);
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(value.clone().setName("x"))
            .addOutput(value.clone().setName("y"))
            .addInitializer(weight)
            .addInitializer(shape);
    for (NodeProto.Builder node : nodes) {
      graph.addNode(node);
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output + "/" + type)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  @Test
  void theFilesBatchIsTaken() throws IOException {
    ModelSteps fixed =
        source(Files.readAllBytes(CASES.resolve("gemm_column_bias/model.onnx"))).steps();
    GraphModule imported = fixed.float32();
    assertThat(fixed.batch(imported, 32)).isEqualTo(4);
    assertThat(fixed.fields(imported, 4)).hasSize(1);
    ModelSteps open = source(model(node("MatMul", "y", "x", "w"))).steps();
    assertThat(open.batch(open.float32(), 32)).isEqualTo(32);
  }

  @Test
  void theImportOfALargeModelIsTold() throws IOException {
    byte[] small = model(node("MatMul", "y", "x", "w"));
    List<String> told = new ArrayList<>();
    source(small).forBatch(8, told::add);
    assertThat(told).isEmpty();
    ModelProto.Builder large = ModelProto.parseFrom(small).toBuilder();
    large.setDocString("x".repeat(5 << 20));
    source(large.build().toByteArray()).forBatch(8, told::add);
    assertThat(told).hasSize(2);
    assertThat(told.get(0)).isEqualTo("importing m.onnx (5 MB)");
    assertThat(told.get(1)).matches("imported m.onnx in \\d+[.]\\d s");
  }

  @Test
  void aBatchOfOneThatIsBuiltInWorksWithOneSampleAtATime() {
    ModelSource source =
        source(model(node("Reshape", "r", "x", "s"), node("MatMul", "y", "r", "w")));
    ModelSteps single = source.forBatch(1).steps();
    assertThat(single.batch(single.float32(), 1)).isEqualTo(1);
    assertThatCode(single::rehearse).doesNotThrowAnyException();
    assertThatThrownBy(() -> source.forBatch(8))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Reshape node 'r/Reshape'")
        .hasMessageEndingWith("expected data.batch = 1");
    ModelSource plain = source(model(node("MatMul", "y", "x", "w")));
    assertThat(plain.forBatch(8)).isSameAs(plain);
    ModelSource broken = source(model(node("Nothing", "y", "x")));
    assertThatThrownBy(() -> broken.forBatch(1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Nothing node 'y/Nothing'");
  }

  @Test
  void whatMixesSamplesIsFoundBeforeDataAreRead() {
    AttributeProto axes =
        AttributeProto.newBuilder()
            .setName("axes")
            .setType(AttributeProto.AttributeType.INTS)
            .addInts(0)
            .build();
    ModelSteps steps =
        source(
                model(
                    node("ReduceMean", "m", "x").addAttribute(axes),
                    node("Sub", "d", "x", "m"),
                    node("MatMul", "y", "d", "w")))
            .steps();
    GraphModule prepared = steps.prepared();
    List<SampleField> fields = steps.fields(steps.float32(), 8);
    assertThatThrownBy(() -> steps.requireSeparable(prepared, fields, 8))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("ReduceMean m/ReduceMean")
        .hasMessageContaining("a batch of 1");
    assertThatCode(() -> steps.requireSeparable(prepared, fields, 1)).doesNotThrowAnyException();
  }

  @Test
  void aComputedWeightIsRefusedByTheNameOfItsOperator() throws IOException {
    byte[] onnx = Files.readAllBytes(CASES.resolve("conv_weight_computed/model.onnx"));

    assertThatThrownBy(() -> source(onnx).steps().prepared())
        .isInstanceOf(io.octant.OctantException.class)
        .hasMessageContaining("which Conv y reads")
        .hasMessageContaining("stays in float by an override of its type");
  }
}
