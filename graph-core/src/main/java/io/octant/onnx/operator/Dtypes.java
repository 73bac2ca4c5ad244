package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/** Element types of values. */
final class Dtypes {
  private Dtypes() {}

  static DType of(Value value) {
    return ((Tensor) value.at(false)).dtype();
  }

  /** The type that the file has for a value, whose quantized tensors are integers. */
  static DType inFile(Value value) {
    Tensor content = (Tensor) value.at(false);
    return content.isQuantized() ? content.intRepr().dtype() : content.dtype();
  }

  static boolean isQuantized(Value value) {
    return value.at(false) instanceof Tensor t && t.isQuantized();
  }

  /** The ONNX type that a Cast makes, which was told by name before operator set 6. */
  static int target(OnnxNode cast) {
    if (cast.opset() >= 6) {
      return (int) cast.integer("to", 0);
    }
    String name = cast.string("to", "");
    for (TensorProto.DataType type : TensorProto.DataType.values()) {
      if (type.name().equals(name)) {
        return type.getNumber();
      }
    }
    throw cast.error("attribute to = " + name + ", expected the name of a type");
  }
}
