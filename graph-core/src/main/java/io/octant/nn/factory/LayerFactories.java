package io.octant.nn.factory;

import io.octant.graph.GraphException;
import io.octant.nn.ModuleFactory;
import io.octant.nn.convolution.Conv1d;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.Conv3d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose1d;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.convolution.ConvTranspose3d;
import io.octant.nn.embedding.Embedding;
import io.octant.nn.embedding.EmbeddingBag;
import io.octant.nn.linear.Linear;
import io.octant.nn.linear.NonDynamicallyQuantizableLinear;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Embedding.Bags;
import io.octant.reference.kernel.Embedding.Mode;
import io.octant.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Factories of linear layers, convolutions and embeddings. */
final class LayerFactories {
  private LayerFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.Linear", (h, t) -> new Linear(weight(h, t), t.get("bias")));
    into.put(
        "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
        (h, t) -> new NonDynamicallyQuantizableLinear(weight(h, t), t.get("bias")));
    into.put("torch.nn.Conv1d", (h, t) -> new Conv1d(conv(h, 1), weight(h, t), t.get("bias")));
    into.put("torch.nn.Conv2d", (h, t) -> new Conv2d(conv(h, 2), weight(h, t), t.get("bias")));
    into.put("torch.nn.Conv3d", (h, t) -> new Conv3d(conv(h, 3), weight(h, t), t.get("bias")));
    into.put(
        "torch.nn.ConvTranspose1d",
        (h, t) -> new ConvTranspose1d(conv(h, 1), weight(h, t), t.get("bias")));
    into.put(
        "torch.nn.ConvTranspose2d",
        (h, t) -> new ConvTranspose2d(conv(h, 2), weight(h, t), t.get("bias")));
    into.put(
        "torch.nn.ConvTranspose3d",
        (h, t) -> new ConvTranspose3d(conv(h, 3), weight(h, t), t.get("bias")));
    into.put("torch.nn.Embedding", (h, t) -> new Embedding(weight(h, t), paddingIndex(h)));
    into.put(
        "torch.nn.EmbeddingBag",
        (h, t) ->
            new EmbeddingBag(
                weight(h, t),
                new Bags(Mode.of(h.text("mode")), h.flag("include_last_offset"), paddingIndex(h))));
  }

  private static @Nullable Integer paddingIndex(NamedValues h) {
    return !h.has("padding_idx") || h.isNone("padding_idx") ? null : h.integer("padding_idx");
  }

  static Tensor weight(NamedValues h, Map<String, Tensor> tensors) {
    Tensor w = tensors.get("weight");
    if (w == null) {
      throw new GraphException("Cannot create module: " + h.owner() + " without a weight");
    }
    return w;
  }

  /** Settings of a convolution over {@code rank} axes from PyTorch's names. */
  static ConvSettings conv(NamedValues h, int rank) {
    ConvSettings s =
        ConvSettings.of(
                h.integer("in_channels"), h.integer("out_channels"), h.ints("kernel_size", rank))
            .withStride(h.ints("stride", rank))
            .withDilation(h.ints("dilation", rank))
            .withOutputPadding(
                h.has("output_padding") ? h.ints("output_padding", rank) : new int[rank])
            .withGroups(h.integer("groups"))
            .withPaddingMode(h.text("padding_mode"));
    return h.value("padding") instanceof String name
        ? s.withPadding(name)
        : s.withPadding(h.ints("padding", rank));
  }
}
