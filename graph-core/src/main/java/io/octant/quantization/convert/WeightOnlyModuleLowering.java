package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.quantized.WeightOnlyLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import java.util.Set;

/** Embeddings to embeddings with integer tables. */
final class WeightOnlyModuleLowering {
  private static final Set<String> SUPPORTED =
      Set.of("torch.nn.Embedding", "torch.nn.EmbeddingBag");

  private final GraphModule model;

  WeightOnlyModuleLowering(GraphModule model) {
    this.model = model;
  }

  void run() {
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m
          && model.moduleOf(node) instanceof ReferenceModule reference
          && SUPPORTED.contains(reference.floatType().name())) {
        ConvertException.naming(
            node, () -> model.setModule(m.target(), WeightOnlyLowering.lower(reference)));
      }
    }
  }
}
