package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.ByteString;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/** Writes a function's body line by line, as {@code y = Op(a, b)}. */
final class FunctionText {
  private final FunctionProto.Builder function;

  /** An empty body of a function with these inputs and outputs, separated by spaces. */
  FunctionText(String name, int opset, String inputs, String outputs) {
    this.function =
        FunctionProto.newBuilder()
            .setName(name)
            .addAllInput(List.of(inputs.split(" ")))
            .addAllOutput(List.of(outputs.split(" ")))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
  }

  /** Adds {@code outputs = Op(inputs)} with attributes as names and values in turn. */
  FunctionText add(String line, Object... attributes) {
    int equals = line.indexOf(" = ");
    int open = line.indexOf('(');
    String in = line.substring(open + 1, line.length() - 1);
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(line.substring(equals + 3, open))
            .addAllOutput(List.of(line.substring(0, equals).split(", ")))
            .addAllInput(in.isEmpty() ? List.of() : List.of(in.split(", ")));
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    function.addNode(node);
    return this;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder out = AttributeProto.newBuilder().setName(name);
    if (value instanceof Tensor t) {
      return out.setType(AttributeType.TENSOR).setT(OnnxTensors.encode("", t)).build();
    }
    if (value instanceof int[] list) {
      for (int v : list) {
        out.addInts(v);
      }
      return out.setType(AttributeType.INTS).build();
    }
    if (value instanceof String text) {
      return out.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text)).build();
    }
    return out.setType(AttributeType.INT).setI(((Number) value).longValue()).build();
  }

  /** Adds a constant list of integers. */
  FunctionText vector(String name, long... values) {
    return add(
        name + " = Constant()", "value", Tensor.of(DType.INT64, Shape.of(values.length), values));
  }

  /** Adds a constant integer. */
  FunctionText scalar(String name, long value) {
    return add(name + " = Constant()", "value", Tensor.of(DType.INT64, Shape.of(), value(value)));
  }

  private static long[] value(long value) {
    return new long[] {value};
  }

  /** Adds a constant float32. */
  FunctionText number(String name, double value) {
    return add(
        name + " = Constant()",
        "value",
        Tensor.of(DType.FLOAT32, Shape.of(), new float[] {(float) value}));
  }

  FunctionProto build() {
    return function.build();
  }
}
