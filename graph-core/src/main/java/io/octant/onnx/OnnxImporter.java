package io.octant.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphModule;
import io.octant.graph.OperatorTable;
import io.octant.onnx.operator.GraphTranslation;
import io.octant.onnx.pattern.PatternPass;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads ONNX models into graphs of the torch vocabulary.
 *
 * <p>Operators with weights become modules under the paths that the exported program had ({@code
 * layer1.0.conv1}); the rest become functions, methods and, where the file tells, modules. What
 * depends on constants and shapes only is folded. The graph holds for every batch size if the file
 * leaves the batch open. The result carries an {@link OnnxSource}.
 */
public final class OnnxImporter {
  private OnnxImporter() {}

  /**
   * Imports a file whose only symbolic axis is the batch.
   *
   * @throws OnnxException naming the file and, where it is one node's fault, operator, node and
   *     operator set
   */
  public static GraphModule load(Path file) {
    return run(OnnxModel.load(file), ImportOptions.none());
  }

  /**
   * Imports a model.
   *
   * @throws OnnxException naming the file and, where it is one node's fault, operator, node and
   *     operator set
   */
  public static GraphModule run(OnnxModel model, ImportOptions options) {
    return run(model, options, ReferenceOperators.standard());
  }

  /** Imports a model for graphs that run with the given operators. */
  public static GraphModule run(OnnxModel model, ImportOptions options, OperatorTable operators) {
    try {
      return translate(model, options, operators);
    } catch (OnnxException e) {
      throw new OnnxException(e.getMessage() + ", in " + model.source(), e);
    }
  }

  private static GraphModule translate(
      OnnxModel model, ImportOptions options, OperatorTable operators) {
    List<OnnxInput> inputs = inputs(model, options);
    Map<NodeProto, Integer> position = new IdentityHashMap<>();
    for (NodeProto n : model.graph().getNodeList()) {
      position.put(n, position.size());
    }
    List<OnnxNode> nodes = PatternPass.run(model);
    GraphTranslation translation = new GraphTranslation(model, inputs, nodes, operators);
    for (OnnxNode node : nodes) {
      translation.add(node, node.members().stream().map(position::get).toList());
    }
    return translation.finish();
  }

  /** The graph's inputs that are no initializers. */
  private static List<OnnxInput> inputs(OnnxModel model, ImportOptions options) {
    Set<String> initializers = new HashSet<>();
    for (TensorProto t : model.graph().getInitializerList()) {
      initializers.add(t.getName());
    }
    List<OnnxInput> out = new ArrayList<>();
    for (ValueInfoProto v : model.graph().getInputList()) {
      if (!initializers.contains(v.getName())) {
        out.add(input(v, options));
      }
    }
    return out;
  }

  private static OnnxInput input(ValueInfoProto value, ImportOptions options) {
    String what = "input " + value.getName();
    if (!value.getType().hasTensorType()) {
      throw new OnnxException("Cannot import " + what + ": it is no tensor");
    }
    TypeProto.Tensor type = value.getType().getTensorType();
    DType dtype = OnnxTypes.dtype(type.getElemType(), what);
    if (!type.hasShape()) {
      throw new OnnxException("Cannot import " + what + ": it has no shape");
    }
    List<Dimension> dims = type.getShape().getDimList();
    if (dims.isEmpty()) {
      return new OnnxInput(value.getName(), dtype, Shape.SCALAR, false, 0);
    }
    int[] sample = new int[dims.size() - 1];
    for (int i = 1; i < dims.size(); i++) {
      sample[i - 1] = size(value.getName(), i, dims.get(i), options);
    }
    Integer given = options.sizes().get(value.getName() + ":0");
    boolean open = given == null && !fixed(dims.get(0));
    int batch = open ? 0 : given != null ? given : Math.toIntExact(dims.get(0).getDimValue());
    return new OnnxInput(value.getName(), dtype, Shape.of(sample), open, batch);
  }

  private static boolean fixed(Dimension dim) {
    return dim.hasDimValue() && dim.getDimValue() > 0;
  }

  private static int size(String input, int axis, Dimension dim, ImportOptions options) {
    if (fixed(dim)) {
      return Math.toIntExact(dim.getDimValue());
    }
    Integer size = options.sizes().get(input + ":" + axis);
    if (size == null) {
      size = options.sizes().get(dim.getDimParam());
    }
    if (size == null) {
      throw new OnnxException(
          "Cannot import input "
              + input
              + ": axis "
              + axis
              + " is symbolic ('"
              + dim.getDimParam()
              + "'), expected a size for "
              + input
              + ":"
              + axis);
    }
    return size;
  }
}
