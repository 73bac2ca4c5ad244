package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import org.junit.jupiter.api.Test;

/**
 * The generated ONNX classes are of protobuf 3.25 and must run on the protobuf that Spark ships.
 */
class OnnxProtobufTest {

  @Test
  void generatedClassesRunOnSparksProtobuf() throws InvalidProtocolBufferException {
    OnnxMl.ModelProto model =
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(8)
            .setGraph(
                OnnxMl.GraphProto.newBuilder()
                    .setName("g")
                    .addInitializer(
                        OnnxMl.TensorProto.newBuilder()
                            .setName("w")
                            .addDims(2)
                            .setRawData(ByteString.copyFrom(new byte[8]))))
            .build();
    assertThat(OnnxMl.ModelProto.parseFrom(model.toByteArray())).isEqualTo(model);
    assertThat(model.toString()).contains("name: \"w\"");
  }
}
