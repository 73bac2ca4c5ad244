package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.convert.ConvertOptions.Retention;
import io.octant.quantization.convert.OriginalWeights.Entry;
import io.octant.quantization.prepare.AttributeNames;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates packing operators once and keeps their results as attributes of the root, named after
 * the module that the layer stands in: {@code layer1_packed_weight_0}; {@code fold_weight}.
 */
final class WeightFolding {
  private final GraphModule model;
  private final boolean keepOriginals;
  private final ConstantNodes constants;
  private final Map<String, Entry> originals = new LinkedHashMap<>();

  WeightFolding(GraphModule model, ConvertOptions options) {
    this.model = model;
    this.keepOriginals = options.originalWeights() == Retention.KEEP;
    this.constants = new ConstantNodes(model, ReferenceOperators.standard(options.engine()));
  }

  void run() {
    for (Node node : model.graph().nodes()) {
      if (isPacking(node) && !node.users().isEmpty() && ConstantNodes.producers(node).isPresent()) {
        fold(node);
      }
    }
    if (keepOriginals) {
      model.attach(OriginalWeights.class, new OriginalWeights(originals));
    }
  }

  private static boolean isPacking(Node node) {
    return node.operation() instanceof Operation.CallFunction f && isPacking(f.function());
  }

  private static boolean isPacking(FunctionType function) {
    return function.name().startsWith("torch.ops.quantized.")
        && function.name().contains("_prepack");
  }

  private void fold(Node node) {
    Object packed = constants.evaluate(node);
    String path = node.users().iterator().next().scope().modulePath();
    String name = AttributeNames.free(model, path + "_packed_weight_");
    model.setAttribute(name, packed);
    if (keepOriginals) {
      originals.put(OriginalWeights.key(name), original(node));
    }
    Graph graph = model.graph();
    try (var at = graph.insertingBefore(node)) {
      node.replaceAllUsesWith(graph.getAttr(name));
    }
    graph.erase(node);
  }

  /** The float weight is what the quantize in front of the packing operator reads. */
  private Entry original(Node packing) {
    Node quantize = (Node) packing.arg(0);
    Tensor weight = (Tensor) constants.evaluate((Node) quantize.arg(0));
    List<Object> args = packing.args();
    Optional<Tensor> bias =
        args.size() > 1 && args.get(1) instanceof Node b
            ? Optional.of((Tensor) constants.evaluate(b))
            : Optional.empty();
    return new Entry(weight, bias);
  }
}
