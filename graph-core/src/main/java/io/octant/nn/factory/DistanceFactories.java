package io.octant.nn.factory;

import io.octant.nn.ModuleFactory;
import io.octant.nn.distance.CosineSimilarity;
import io.octant.nn.distance.PairwiseDistance;
import io.octant.nn.linear.Bilinear;
import io.octant.reference.kernel.Reductions.Axes;
import java.util.Map;

/** Factories of modules that take pairs of vectors. */
final class DistanceFactories {
  private DistanceFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put(
        "torch.nn.Bilinear", (h, t) -> new Bilinear(LayerFactories.weight(h, t), t.get("bias")));
    into.put(
        "torch.nn.CosineSimilarity",
        (h, t) -> new CosineSimilarity(h.integer("dim"), h.number("eps")));
    into.put(
        "torch.nn.PairwiseDistance",
        (h, t) ->
            new PairwiseDistance(
                h.number("norm"), h.number("eps"), Axes.keepdim(h.flag("keepdim"))));
  }
}
