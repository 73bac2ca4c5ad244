package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelStepsTest {
  private static ModelSteps product(int opset) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(1);
    type.getShapeBuilder().addDimBuilder().setDimParam("N");
    type.getShapeBuilder().addDimBuilder().setDimValue(2);
    ValueInfoProto.Builder value =
        ValueInfoProto.newBuilder().setType(TypeProto.newBuilder().setTensorType(type));
    TensorProto.Builder weight = TensorProto.newBuilder().setName("w").setDataType(1);
    weight.addDims(2).addDims(2).addFloatData(1).addFloatData(2).addFloatData(3).addFloatData(-4);
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(4)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(
                GraphProto.newBuilder()
                    .setName("product")
                    .addInput(value.clone().setName("x"))
                    .addOutput(value.clone().setName("y"))
                    .addInitializer(weight)
                    .addNode(
                        NodeProto.newBuilder()
                            .setOpType("MatMul")
                            .addInput("x")
                            .addInput("w")
                            .addOutput("y")))
            .build();
    return new ModelSteps(
        OnnxModel.of(model, "product.onnx"),
        ImportOptions.none(),
        DefaultQConfigMappings.octant(QuantizedEngine.ONEDNN, ActivationRange.EIGHT_BITS),
        BackendConfigs.nativeBackend(),
        QuantizedEngine.ONEDNN);
  }

  @Test
  void rehearsalGoesAllTheWay() {
    assertThatCode(() -> product(13).rehearse()).doesNotThrowAnyException();
    assertThatCode(() -> product(9).rehearse()).doesNotThrowAnyException();
  }

  @Test
  void rehearsalFindsWhatExportRefuses() {
    assertThatThrownBy(() -> product(6).rehearse())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot export to product.onnx: operator set 6, expected 7 or newer");
  }

  @Test
  void allGraphsShareTheWeightsOfOneImport() {
    ModelSteps steps = product(13);
    GraphModule float32 = steps.float32();
    Set<Tensor> imported = Collections.newSetFromMap(new IdentityHashMap<>());
    imported.addAll(weights(float32));
    String before = float32.toString();

    List<Tensor> prepared = weights(steps.prepared());
    steps.rehearse();

    assertThat(imported).isNotEmpty();
    assertThat(prepared).isNotEmpty().allMatch(imported::contains);
    assertThat(steps.float32()).isSameAs(float32);
    assertThat(float32).hasToString(before);
  }

  private static List<Tensor> weights(GraphModule graph) {
    List<Tensor> out = new ArrayList<>();
    graph.forEachModule((path, module) -> out.addAll(module.parameters().values()));
    return out;
  }
}
