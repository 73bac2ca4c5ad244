package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.quantized.WeightOnlyLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.operator.Operators;
import io.octant.operator.QuantizedWeights;

/** Embeddings to embeddings with integer tables. */
final class WeightOnlyModuleLowering {
  private final GraphModule model;

  WeightOnlyModuleLowering(GraphModule model) {
    this.model = model;
  }

  void run() {
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m
          && model.moduleOf(node) instanceof ReferenceModule reference
          && Operators.standard().quantizesWeight(QuantizedWeights.ALONE, reference.floatType())) {
        ConvertException.naming(
            node, () -> model.setModule(m.target(), WeightOnlyLowering.lower(reference)));
      }
    }
  }
}
