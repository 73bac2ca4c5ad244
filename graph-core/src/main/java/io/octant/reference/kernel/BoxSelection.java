package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ONNX' NonMaxSuppression: of boxes that overlap, the one with the highest score. Overlaps are
 * computed in float32 as ONNX Runtime does. Of equal scores the first box wins.
 *
 * @param most boxes of a class in an image; 0 selects none
 * @param overlap the largest intersection over union that two selected boxes of a class have
 * @param score boxes that score no more are left out; −∞ leaves out none
 * @param centered boxes are centre x, centre y, width, height instead of two corners y, x, y, x
 */
public record BoxSelection(long most, float overlap, float score, boolean centered) {
  /**
   * Selects.
   *
   * @param boxes [images, boxes, 4]
   * @param scores [images, classes, boxes]
   * @return [selected, 3] of int64: image, class and box, classes in order, best boxes first
   */
  public Tensor select(Tensor boxes, Tensor scores) {
    Shape b = boxes.shape();
    Shape s = scores.shape();
    if (b.rank() != 3
        || s.rank() != 3
        || b.dim(2) != 4
        || b.dim(0) != s.dim(0)
        || b.dim(1) != s.dim(2)) {
      throw new OctantException(
          "Cannot select boxes "
              + boxes.description()
              + " by scores "
              + scores.description()
              + ", expected [images, boxes, 4] and [images, classes, boxes]");
    }
    double[] value = Values.of(scores);
    float[][] corners = corners(Values.of(boxes));
    List<long[]> out = new ArrayList<>();
    for (int i = 0; i < s.dim(0); i++) {
      for (int c = 0; c < s.dim(1); c++) {
        int from = (i * s.dim(1) + c) * s.dim(2);
        for (int box : best(value, from, corners, i * s.dim(2), s.dim(2))) {
          out.add(new long[] {i, c, box});
        }
      }
    }
    return Tensor.of(
        DType.INT64, Shape.of(out.size(), 3), out.stream().flatMapToLong(Arrays::stream).toArray());
  }

  private List<Integer> best(double[] value, int from, float[][] corners, int first, int count) {
    List<Integer> selected = new ArrayList<>();
    int[] order =
        IntStream.range(0, count)
            .filter(box -> value[from + box] > score)
            .boxed()
            .sorted(Comparator.comparingDouble(box -> -value[from + box]))
            .mapToInt(box -> box)
            .toArray();
    for (int box : order) {
      if (selected.size() >= most) {
        break;
      }
      float[] candidate = corners[first + box];
      if (selected.stream().noneMatch(s -> overlap(corners[first + s], candidate) > overlap)) {
        selected.add(box);
      }
    }
    return selected;
  }

  /** Smaller and larger ends on both axes of each box. */
  private float[][] corners(double[] boxes) {
    float[][] out = new float[boxes.length / 4][];
    for (int i = 0; i < out.length; i++) {
      float[] b = new float[4];
      for (int k = 0; k < 4; k++) {
        b[k] = (float) boxes[4 * i + k];
      }
      out[i] =
          centered
              ? new float[] {b[0] - b[2] / 2, b[1] - b[3] / 2, b[0] + b[2] / 2, b[1] + b[3] / 2}
              : new float[] {
                Math.min(b[0], b[2]),
                Math.min(b[1], b[3]),
                Math.max(b[0], b[2]),
                Math.max(b[1], b[3])
              };
    }
    return out;
  }

  /** Intersection over union; 0 where one has no area. */
  private static float overlap(float[] a, float[] b) {
    float high = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    float wide = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    if (high <= 0 || wide <= 0) {
      return 0;
    }
    float both = high * wide;
    float union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both;
    return union <= 0 ? 0 : both / union;
  }
}
