package io.octant.autograd;

import static io.octant.autograd.Derivatives.values;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Convolutions, pools, norms and what else stands in layers. */
class LayerRulesTest extends DerivativeCases {
  @Override
  void define() {
    layers();
  }

  private void layers() {
    Tensor weight = values(31, 4, 2, 3, 2);
    add(
        F + "conv1d",
        List.of(X, X, X, 2L, 1L),
        values(30, 2, 2, 7),
        values(31, 3, 2, 3),
        values(32, 3));
    add(
        F + "conv2d",
        List.of(X, X, X, ints(2, 1), ints(1, 0), ints(1, 2), 2L),
        values(30, 2, 4, 5, 6),
        weight,
        values(32, 4));
    add(F + "conv2d", List.of(X, X, None.NONE, 1L, "same"), values(30, 1, 2, 4, 4), weight);
    add(F + "conv2d", List.of(X, X), values(30, 2, 4, 4), weight);
    add(
        F + "conv3d",
        List.of(X, X, X, 1L, 1L, 1L, 3L),
        values(33, 1, 3, 3, 2, 2),
        values(34, 3, 1, 2, 2, 2),
        values(35, 3));
    add(
        F + "conv_transpose1d",
        List.of(X, X, X, 2L, 1L),
        values(36, 2, 2, 4),
        values(37, 2, 3, 3),
        values(38, 3));
    add(
        F + "conv_transpose2d",
        List.of(X, X, X, 2L, 1L, 1L, 2L, 1L),
        values(36, 2, 4, 3, 2),
        values(37, 4, 2, 3, 2),
        values(38, 4));
    add(
        F + "conv_transpose3d",
        List.of(X, X),
        values(36, 1, 2, 2, 2, 2),
        values(37, 2, 1, 2, 1, 2));
    Tensor image = values(40, 2, 2, 5, 6);
    for (String f : List.of("max_pool2d", "avg_pool2d")) {
      add(F + f, List.of(X, ints(3, 2), ints(2, 1), ints(1, 0)), image);
      add(F + f, List.of(X, 2L), Map.of("ceil_mode", true), image);
    }
    add(F + "max_pool2d", List.of(X, 2L, 1L, 0L, 2L), image);
    add(F + "avg_pool2d", List.of(X, 3L, 2L, 1L, true, false), image);
    add(F + "avg_pool2d", List.of(X, 3L), Map.of("divisor_override", 5L), image);
    add(F + "max_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "avg_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "max_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 2));
    add(F + "avg_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 2));
    add(F + "adaptive_avg_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "adaptive_avg_pool2d", List.of(X, Tuple.of(3L, None.NONE)), image);
    add(F + "adaptive_avg_pool2d", List.of(X, 1L), image);
    add(F + "adaptive_avg_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 3));
    add(F + "adaptive_max_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "adaptive_max_pool2d", List.of(X, ints(2, 3)), image);
    add(F + "adaptive_max_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 3));
    firstItem("torch.sort", image, 2L, true);
    firstItem("torch.topk", image, 3L, 2L);
    firstItem("torch.topk", image, 2L, -1L, false);
    add(F + "normalize", List.of(X), image);
    add(F + "normalize", List.of(X, 3.0, -1L), image);
    add(F + "normalize", List.of(X, 2.0, 1L, 1.7), image);
    for (int rank = 1; rank <= 3; rank++) {
      int[] shape = Arrays.copyOf(dims(1, 2, 4, 3, 3), rank + 2);
      firstItem(F + "max_pool" + rank + "d_with_indices", values(43, shape), 2L);
      firstItem(F + "adaptive_max_pool" + rank + "d_with_indices", values(43, shape), 2L);
    }
    Tensor w = values(44, 2);
    Tensor b = values(45, 2);
    add(F + "batch_norm", List.of(X, None.NONE, None.NONE, X, X, true), image, w, b);
    add(
        F + "batch_norm",
        List.of(X, longs(dims(2), 1, 2), longs(dims(2), 3, 2), X, X),
        image,
        w,
        b);
    add(F + "instance_norm", List.of(X, None.NONE, None.NONE, X, X), image, w, b);
    add(F + "layer_norm", List.of(X, ints(5, 6)), image);
    add(F + "layer_norm", List.of(X, ints(6), X, X), image, values(46, 6), values(47, 6));
    add(F + "group_norm", List.of(X, 2L, X, X), values(48, 2, 4, 3), values(49, 4), values(50, 4));
    add(F + "rms_norm", List.of(X, ints(6), X), image, values(46, 6));
    add(F + "embedding", List.of(X, X), longs(dims(2, 3), 0, 3, 3, 1, 0, 2), values(51, 4, 2));
    add(F + "glu", List.of(X, 1L), image);
    for (String mode : List.of("nearest", "nearest-exact", "bilinear", "bicubic", "area")) {
      add(F + "interpolate", List.of(X, ints(7, 4)), Map.of("mode", mode), image);
      add(F + "interpolate", List.of(X), Map.of("mode", mode, "scale_factor", 1.5), image);
    }
    add(
        F + "interpolate",
        List.of(X, ints(7, 4)),
        Map.of("mode", "bilinear", "align_corners", true),
        image);
    add(F + "prelu", List.of(X, X), image, w);
    add(F + "prelu", List.of(X, X), image, values(52, 1));
  }
}
