package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.ByteString;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
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

  /**
   * Adds {@code outputs = Op(inputs)}, or {@code domain:Op}, with attributes as names and values in
   * turn.
   */
  FunctionText add(String line, Object... attributes) {
    int equals = line.indexOf(" = ");
    int open = line.indexOf('(');
    String in = line.substring(open + 1, line.length() - 1);
    String type = line.substring(equals + 3, open);
    int colon = type.indexOf(':');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(type.substring(0, Math.max(0, colon)))
            .setOpType(type.substring(colon + 1))
            .addAllOutput(List.of(line.substring(0, equals).split(", ")))
            .addAllInput(in.isEmpty() ? List.of() : List.of(in.split(", ")));
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    function.addNode(node);
    return this;
  }

  /** Attributes of a node that one in its body has, too, where they are given. */
  static Object[] like(OnnxNode node, String... names) {
    List<Object> out = new ArrayList<>();
    for (String name : names) {
      AttributeProto a = node.raw(name);
      if (a != null) {
        out.add(name);
        out.add(a);
      }
    }
    return out.toArray();
  }

  private static AttributeProto attribute(String name, Object value) {
    if (value instanceof AttributeProto given) {
      return given.toBuilder().setName(name).build();
    }
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
    if (value instanceof Double number) {
      return out.setType(AttributeType.FLOAT).setF(number.floatValue()).build();
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

  /** Adds an axis of size 1, as an input from operator set 13 on. */
  FunctionText unsqueeze(String out, String in, int axis, int opset) {
    return opset >= 13
        ? vector(out + "Axis", axis).add(out + " = Unsqueeze(" + in + ", " + out + "Axis)")
        : add(out + " = Unsqueeze(" + in + ")", "axes", new int[] {axis});
  }

  /** Adds the elements from one to another of an axis. */
  FunctionText slice(String out, String in, int axis, long from, long to) {
    return vector(out + "From", from)
        .vector(out + "To", to)
        .vector(out + "At", axis)
        .add(out + " = Slice(" + String.join(", ", in, out + "From", out + "To", out + "At") + ")");
  }

  FunctionProto build() {
    return function.build();
  }
}
