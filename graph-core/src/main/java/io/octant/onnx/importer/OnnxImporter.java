package io.octant.onnx.importer;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.OperatorTable;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.operator.GraphTranslation;
import io.octant.onnx.operator.OnnxOperators;
import io.octant.onnx.pattern.PatternPass;
import io.octant.onnx.rewrite.FunctionInlining;
import io.octant.onnx.rewrite.NodeOrder;
import io.octant.reference.ReferenceOperators;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads ONNX models into graphs of the torch vocabulary.
 *
 * <p>Operators with weights become modules under the paths that the exported program had ({@code
 * layer1.0.conv1}); the rest become functions, methods and, where the file tells, modules. What
 * depends on constants and shapes only is folded. The graph holds for every batch size if the file
 * leaves the batch open. Local functions are inlined, conditionals on constants and shapes decided,
 * and float16, bfloat16 and float64 computed as float32. The result carries an {@link OnnxSource}.
 */
public final class OnnxImporter {
  /** One to decide all conditionals, one to leave other number types behind, and some more. */
  private static final int ROUNDS = 6;

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
    } catch (OctantException e) {
      throw new OnnxException(e.getMessage() + ", in " + model.source(), e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw new OnnxException(
          "Cannot import " + model.source() + ": it takes more memory than there is", e);
    }
  }

  private static GraphModule translate(
      OnnxModel model, ImportOptions options, OperatorTable operators) {
    ModelProto inlined = FunctionInlining.run(model.proto());
    OnnxModel current =
        model.rewritten(
            NodeOrder.run(inlined, n -> !OnnxOperators.knows(n.getDomain(), n.getOpType())));
    for (int round = 0; round < ROUNDS; round++) {
      GraphTranslation translation = attempt(current, options, operators);
      ModelProto rewrite = translation.findRewrite();
      if (rewrite == null) {
        return translation.finish();
      }
      current = current.rewritten(rewrite);
    }
    throw new OnnxException(
        "Cannot import a model: conditionals or numbers of other types than float32 are left after "
            + ROUNDS
            + " rewrites, expected none");
  }

  private static GraphTranslation attempt(
      OnnxModel model, ImportOptions options, OperatorTable operators) {
    TensorNames.check(model.graph());
    ModelInputs inputs = ModelInputs.of(model, options);
    Map<NodeProto, Integer> position = new IdentityHashMap<>();
    for (NodeProto n : model.graph().getNodeList()) {
      position.put(n, position.size());
    }
    List<OnnxNode> nodes = PatternPass.run(model);
    GraphTranslation translation =
        new GraphTranslation(model, inputs.open(), inputs.constants(), nodes, operators);
    for (OnnxNode node : nodes) {
      if (translation.isAbandoned()) {
        break;
      }
      translation.add(node, node.members().stream().map(position::get).toList());
    }
    return translation;
  }
}
