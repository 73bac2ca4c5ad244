package io.octant.pipeline.data;

import io.octant.pipeline.data.preprocess.SequenceSteps;
import java.util.List;

/** Finds which lists of a column stand for the axis along which they may have another length. */
final class FitPlan {
  private FitPlan() {}

  /**
   * @param depth how many lists an element lies in; 1 for bytes, 0 for a number
   * @param lengths of the lists by depth
   * @throws DataException if no list stands for the axis, or the input cannot hold what fills up
   */
  static Fit of(
      ColumnBinding binding,
      SequenceSteps steps,
      int depth,
      List<Integer> lengths,
      SampleField field) {
    for (SequenceSteps.Pad pad : steps.pad()) {
      if (!ElementCopy.holds(field.dtype(), pad.value())) {
        throw refused(binding, "pad with " + pad.value(), "a value of " + field);
      }
    }
    List<Integer> dims = field.dims();
    int axis = axis(binding, steps, field);
    int length = dims.get(axis);
    if (depth == 1) {
      if (product(dims.subList(0, axis)) != 1) {
        throw refused(
            binding,
            "axis " + steps.axis() + " of " + field + " in one list or in bytes",
            "lists of lists, or an axis before which there are none but of length 1");
      }
      return new Fit(0, length, product(dims.subList(axis + 1, dims.size())), steps);
    }
    boolean whole = depth == dims.size();
    boolean squeezed = !whole && length != 1 && depth > 0 && !lengths.contains(TensorColumn.FREE);
    if (!whole && !squeezed) {
      throw refused(
          binding,
          depth == 0 ? "a column of numbers" : "lists " + depth + " deep",
          "lists as the axes of " + field);
    }
    int before = (int) dims.subList(0, axis).stream().filter(n -> whole || n != 1).count();
    return new Fit(before, length, 1, steps);
  }

  /** As the sample counts its axes. */
  private static int axis(ColumnBinding binding, SequenceSteps steps, SampleField field) {
    List<Integer> dims = field.dims();
    if (steps.axis() == SequenceSteps.ONLY) {
      int axis = -1;
      for (int i = 0; i < dims.size(); i++) {
        if (dims.get(i) != 1 && axis >= 0) {
          throw refused(binding, field + " without axis", "axis, which one of them it is");
        }
        axis = dims.get(i) != 1 ? i : axis;
      }
      if (axis < 0) {
        throw refused(binding, field + " of one element", "an input with an axis longer than 1");
      }
      return axis;
    }
    boolean isBatch = steps.axis() == field.batchAxis();
    int behind = field.batchAxis() >= 0 && steps.axis() > field.batchAxis() ? 1 : 0;
    int axis = steps.axis() - behind;
    if (isBatch || axis >= dims.size()) {
      throw refused(
          binding,
          "axis " + steps.axis() + (isBatch ? ", the batch," : "") + " of " + field,
          "another axis of the input, the batch counted, from 0 on");
    }
    return axis;
  }

  private static int product(List<Integer> dims) {
    return dims.stream().reduce(1, (a, b) -> a * b);
  }

  private static DataException refused(ColumnBinding binding, String found, String expected) {
    return new DataException(
        "Cannot pad or truncate column '"
            + binding.column()
            + "': "
            + found
            + ", expected "
            + expected);
  }
}
