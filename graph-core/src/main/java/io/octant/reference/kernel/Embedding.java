package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Table look-ups: {@code torch.nn.functional.embedding} and {@code embedding_bag}. */
public final class Embedding {
  /** How the rows of a bag are combined. */
  public enum Mode {
    SUM,
    MEAN,
    MAX;

    /**
     * A mode by its PyTorch name.
     *
     * @throws OctantException if there is none
     */
    public static Mode of(String name) {
      for (Mode m : values()) {
        if (m.name().equalsIgnoreCase(name)) {
          return m;
        }
      }
      throw new OctantException(
          "Cannot resolve embedding bag mode: " + name + ", expected sum, mean or max");
    }
  }

  /**
   * Settings of a bag look-up.
   *
   * @param includeLastOffset whether offsets end with the number of indices
   * @param paddingIndex index that is left out of the bags, null for none
   */
  public record Bags(Mode mode, boolean includeLastOffset, @Nullable Integer paddingIndex) {}

  private Embedding() {}

  /** Rows of a table: [*] indices and a [rows, width] weight give [*, width]. */
  public static Tensor lookup(Tensor indices, Tensor weight) {
    Tensor rows = Shapes.take(weight, 0, rowsOf(indices, weight));
    int[] dims = Arrays.copyOf(indices.shape().toArray(), indices.shape().rank() + 1);
    dims[dims.length - 1] = weight.shape().dim(1);
    return rows.reshape(Shape.of(dims));
  }

  private static int[] rowsOf(Tensor indices, Tensor weight) {
    int[] out = new int[indices.numel()];
    for (int i = 0; i < out.length; i++) {
      long row = indices.longAt(i);
      if (row < 0 || row >= weight.shape().dim(0)) {
        throw new OctantException(
            "Cannot look up row "
                + row
                + " in an embedding of shape "
                + weight.shape()
                + ", expected a row inside");
      }
      out[i] = (int) row;
    }
    return out;
  }

  /**
   * Sums, averages or maximizes rows of a table over bags.
   *
   * @param indices [N] with offsets, or [bags, n] without
   * @param offsets [bags] first index of each bag, null for 2-d indices
   * @param perSampleWeights factors of the rows, shaped like the indices, null for 1
   */
  public static Tensor bag(
      Tensor indices,
      Tensor weight,
      @Nullable Tensor offsets,
      @Nullable Tensor perSampleWeights,
      Bags bags) {
    int[] rows = rowsOf(indices, weight);
    int[] bounds = bounds(indices, offsets, bags);
    int width = weight.shape().dim(1);
    double[] table = Values.of(weight);
    double[] out = new double[(bounds.length - 1) * width];
    for (int b = 0; b + 1 < bounds.length; b++) {
      int count = 0;
      for (int i = bounds[b]; i < bounds[b + 1]; i++) {
        if (bags.paddingIndex != null && rows[i] == bags.paddingIndex) {
          continue;
        }
        double factor = perSampleWeights == null ? 1 : perSampleWeights.doubleAt(i);
        for (int k = 0; k < width; k++) {
          double v = factor * table[rows[i] * width + k];
          int at = b * width + k;
          out[at] = bags.mode != Mode.MAX ? out[at] + v : count == 0 ? v : Math.max(out[at], v);
        }
        count++;
      }
      for (int k = 0; k < width && bags.mode == Mode.MEAN && count > 0; k++) {
        out[b * width + k] /= count;
      }
    }
    return Values.tensor(weight.dtype(), Shape.of(bounds.length - 1, width), out);
  }

  private static int[] bounds(Tensor indices, @Nullable Tensor offsets, Bags bags) {
    if (offsets == null) {
      if (indices.shape().rank() != 2) {
        throw new OctantException(
            "Cannot look up bags of "
                + indices.description()
                + ", expected 2-d indices or offsets");
      }
      int[] out = new int[indices.shape().dim(0) + 1];
      for (int i = 0; i < out.length; i++) {
        out[i] = i * indices.shape().dim(1);
      }
      return out;
    }
    int given = offsets.numel();
    int[] out = new int[bags.includeLastOffset ? given : given + 1];
    for (int i = 0; i < given; i++) {
      out[i] = (int) offsets.longAt(i);
    }
    if (!bags.includeLastOffset) {
      out[given] = indices.numel();
    }
    return out;
  }
}
