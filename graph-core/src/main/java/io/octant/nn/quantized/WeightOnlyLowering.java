package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Embedding;
import io.octant.reference.quantized.PackedEmbedding;

/**
 * Makes embeddings with integer tables from reference modules; the weight-only modules of {@code
 * fx._lower_to_native_backend}.
 */
public final class WeightOnlyLowering {
  private WeightOnlyLowering() {}

  /**
   * Lowers a reference Embedding or EmbeddingBag.
   *
   * @throws OctantException if it is another module, or its table is not quint8 or quint4x2 with
   *     float qparams a row
   */
  public static QuantizedEmbedding lower(ReferenceModule module) {
    String type = module.floatType().name();
    if (type.equals("torch.nn.Embedding")) {
      return QuantizedEmbedding.rows(packed(module));
    }
    if (type.equals("torch.nn.EmbeddingBag")) {
      NamedValues hyper = new NamedValues(type, module.hyperparameters());
      return QuantizedEmbedding.bags(
          packed(module),
          new Embedding.Bags(
              Embedding.Mode.of(hyper.text("mode")),
              hyper.flag("include_last_offset"),
              hyper.isNone("padding_idx") ? null : hyper.integer("padding_idx")));
    }
    throw new OctantException(
        "Cannot lower module: " + module.type() + ", expected a reference embedding");
  }

  private static PackedEmbedding packed(ReferenceModule module) {
    return new PackedEmbedding(module.quantizedWeight("weight"));
  }
}
