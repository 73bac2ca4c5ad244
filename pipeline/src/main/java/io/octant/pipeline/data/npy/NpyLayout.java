package io.octant.pipeline.data.npy;

import io.octant.pipeline.data.SampleField;
import java.util.List;
import java.util.Optional;

/**
 * How samples lie in an array.
 *
 * @param samples how many, along the first axis; an array of one sample alone has one too
 * @param numel elements of a sample
 * @param lengths of the axes of a sample, as the array has them
 */
record NpyLayout(long samples, int numel, List<Long> lengths) {

  /**
   * By the shape: samples along the first axis if the others are those of the input, or one that
   * has all its elements; one sample if all axes are those of the input. Axes of length 1 do not
   * matter, where the shape fits no other way.
   */
  static Optional<NpyLayout> of(List<Long> shape, SampleField field) {
    List<Long> dims = field.dims().stream().map(Integer::longValue).toList();
    List<Long> behind = shape.isEmpty() ? shape : shape.subList(1, shape.size());
    boolean isFlat = behind.equals(List.of((long) field.numel()));
    if (!shape.isEmpty() && (behind.equals(dims) || isFlat)) {
      return Optional.of(new NpyLayout(shape.get(0), field.numel(), behind));
    } else if (shape.equals(dims)) {
      return Optional.of(new NpyLayout(1, field.numel(), shape));
    } else if (!shape.isEmpty() && squeezed(behind).equals(squeezed(dims))) {
      return Optional.of(new NpyLayout(shape.get(0), field.numel(), behind));
    } else if (squeezed(shape).equals(squeezed(dims))) {
      return Optional.of(new NpyLayout(1, field.numel(), shape));
    }
    return Optional.empty();
  }

  private static List<Long> squeezed(List<Long> lengths) {
    return lengths.stream().filter(n -> n != 1).toList();
  }
}
