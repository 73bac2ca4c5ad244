package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
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
}
