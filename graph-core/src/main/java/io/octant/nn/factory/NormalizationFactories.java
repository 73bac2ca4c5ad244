package io.octant.nn.factory;

import io.octant.nn.Affine;
import io.octant.nn.ModuleFactory;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.BatchNorm3d;
import io.octant.nn.normalization.BatchNormSettings;
import io.octant.nn.normalization.GroupNorm;
import io.octant.nn.normalization.InstanceNorm1d;
import io.octant.nn.normalization.InstanceNorm2d;
import io.octant.nn.normalization.InstanceNorm3d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.normalization.LocalResponseNorm;
import io.octant.nn.normalization.RMSNorm;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Factories of normalizations. */
final class NormalizationFactories {
  private NormalizationFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.BatchNorm1d", (h, t) -> new BatchNorm1d(settings(h)));
    into.put("torch.nn.BatchNorm2d", (h, t) -> new BatchNorm2d(settings(h)));
    into.put("torch.nn.BatchNorm3d", (h, t) -> new BatchNorm3d(settings(h)));
    into.put("torch.nn.InstanceNorm1d", (h, t) -> new InstanceNorm1d(settings(h)));
    into.put("torch.nn.InstanceNorm2d", (h, t) -> new InstanceNorm2d(settings(h)));
    into.put("torch.nn.InstanceNorm3d", (h, t) -> new InstanceNorm3d(settings(h)));
    into.put(
        "torch.nn.LayerNorm",
        (h, t) ->
            new LayerNorm(
                Shape.of(h.ints("normalized_shape")),
                h.number("eps"),
                affine(h.flag("elementwise_affine"), t)));
    into.put(
        "torch.nn.RMSNorm",
        (h, t) ->
            new RMSNorm(
                Shape.of(h.ints("normalized_shape")),
                h.isNone("eps") ? null : h.number("eps"),
                h.flag("elementwise_affine") ? Affine.WEIGHT : Affine.NONE));
    into.put(
        "torch.nn.LocalResponseNorm",
        (h, t) ->
            new LocalResponseNorm(
                h.integer("size"), h.number("alpha"), h.number("beta"), h.number("k")));
    into.put(
        "torch.nn.GroupNorm",
        (h, t) ->
            new GroupNorm(
                h.integer("num_groups"),
                h.integer("num_channels"),
                h.number("eps"),
                affine(h.flag("affine"), t)));
  }

  private static Affine affine(boolean present, Map<String, Tensor> tensors) {
    return !present
        ? Affine.NONE
        : tensors.containsKey("bias") ? Affine.WEIGHT_AND_BIAS : Affine.WEIGHT;
  }

  /** Settings of batch and instance normalization from PyTorch's names. */
  static BatchNormSettings settings(NamedValues h) {
    return new BatchNormSettings(
        h.integer("num_features"),
        h.number("eps"),
        h.isNone("momentum") ? null : h.number("momentum"),
        h.flag("affine"),
        h.flag("track_running_stats"));
  }
}
