package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who makes and who reads each tensor of a model; constants by name. */
public final class NodeGraph {
  private final OnnxModel model;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Set<String> graphOutputs = new HashSet<>();

  /** An index over the nodes of a model's main graph. */
  public NodeGraph(OnnxModel model) {
    this.model = model;
    GraphProto graph = model.graph();
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    graph.getOutputList().forEach(o -> graphOutputs.add(o.getName()));
    for (NodeProto n : graph.getNodeList()) {
      n.getOutputList().forEach(o -> producers.put(o, n));
      n.getInputList().forEach(i -> readers.computeIfAbsent(i, k -> new ArrayList<>()).add(n));
      if (n.getOpType().equals("Constant") && n.getAttributeCount() == 1) {
        AttributeProto a = n.getAttribute(0);
        if (a.getName().equals("value")) {
          constants.put(n.getOutput(0), a.getT());
        } else if (a.getName().equals("value_float")) {
          TensorProto scalar =
              TensorProto.newBuilder()
                  .setDataType(TensorProto.DataType.FLOAT_VALUE)
                  .addFloatData(a.getF())
                  .build();
          constants.put(n.getOutput(0), scalar);
        }
      } else if (n.getOpType().equals("Identity") && n.getInputCount() == 1) {
        // Exporters keep one of several equal weights and copy it to the others' names.
        TensorProto copied = constants.get(n.getInput(0));
        if (copied != null) {
          constants.put(n.getOutput(0), copied);
        }
      }
    }
  }

  /** The node that makes a tensor; null if it is an input, an initializer or "". */
  @Nullable NodeProto producer(String tensor) {
    return producers.get(tensor);
  }

  /** The one node that reads a tensor; null if there are several, or the graph returns it. */
  @Nullable NodeProto onlyReader(String tensor) {
    List<NodeProto> all = readers.getOrDefault(tensor, List.of());
    return all.size() == 1 && !graphOutputs.contains(tensor) ? all.get(0) : null;
  }

  /** Whether nothing but the given nodes reads a tensor. */
  boolean readOnlyBy(String tensor, Set<NodeProto> nodes) {
    return !graphOutputs.contains(tensor)
        && nodes.containsAll(readers.getOrDefault(tensor, List.of()));
  }

  /** Rank of a constant, −1 if the tensor is none. */
  int constantRank(String tensor) {
    TensorProto t = constants.get(tensor);
    return t == null ? -1 : t.getDimsCount();
  }

  /** Number of elements of a constant, −1 if the tensor is none. */
  long constantSize(String tensor) {
    TensorProto t = constants.get(tensor);
    return t == null ? -1 : t.getDimsList().stream().reduce(1L, (a, b) -> a * b);
  }

  /** Size of a constant's axis. */
  long constantDim(String tensor, int axis) {
    TensorProto t = constants.get(tensor);
    return t == null ? -1 : t.getDims(axis);
  }

  /**
   * The number that a one-element float constant holds; NaN if the tensor is none, or might add
   * axes to what it meets.
   */
  double scalar(String tensor) {
    TensorProto t = constants.get(tensor);
    if (t == null || constantSize(tensor) != 1 || constantRank(tensor) > 1) {
      return Double.NaN;
    }
    Tensor value = OnnxTensors.decode(t);
    return value.dtype() == DType.FLOAT32 || value.dtype() == DType.FLOAT16
        ? value.item()
        : Double.NaN;
  }

  /** Whether a constant is a number for {@link #scalar}, to float32's precision. */
  boolean isScalar(String tensor, double number) {
    return Math.abs(scalar(tensor) - number) <= 1e-6 * Math.max(1, Math.abs(number));
  }

  /** Whether every element of a float constant is the number. */
  boolean isFilled(String tensor, double number) {
    TensorProto t = constants.get(tensor);
    if (t == null) {
      return false;
    }
    Tensor value = OnnxTensors.decode(t);
    boolean same = value.dtype().isFloatingPoint();
    for (int i = 0; i < value.numel() && same; i++) {
      same = value.doubleAt(i) == number;
    }
    return same;
  }

  /** The content of a small integer constant; null if the tensor is none. */
  int @Nullable [] integers(String tensor) {
    TensorProto t = constants.get(tensor);
    if (t == null || constantSize(tensor) > 8) {
      return null;
    }
    Tensor value = OnnxTensors.decode(t);
    int[] out = new int[value.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) value.longAt(i);
    }
    return out;
  }

  List<NodeProto> nodes() {
    return model.graph().getNodeList();
  }
}
