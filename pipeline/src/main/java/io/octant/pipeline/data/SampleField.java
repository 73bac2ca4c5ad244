package io.octant.pipeline.data;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.io.Serializable;
import java.util.List;

/**
 * What one sample holds for one model input: the input's type and its shape without the batch axis.
 *
 * <p>Travels to the executors inside Spark closures, hence serializable.
 *
 * @param input name of the model input
 * @param dtype element type of the model input
 * @param dims shape of one sample, row-major; empty for a scalar
 */
public record SampleField(String input, DType dtype, List<Integer> dims) implements Serializable {
  public SampleField {
    dims = List.copyOf(dims);
  }

  /** A field of a fully known shape. */
  public static SampleField of(String input, DType dtype, int... dims) {
    return new SampleField(input, dtype, java.util.Arrays.stream(dims).boxed().toList());
  }

  /** Number of elements of one sample. */
  public int numel() {
    return shape().numel();
  }

  /** Shape of one sample, without the batch axis. */
  public Shape shape() {
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Shape of a batch of samples: the batch axis comes first. */
  public Shape batched(int batch) {
    int[] all = new int[dims.size() + 1];
    all[0] = batch;
    for (int i = 0; i < dims.size(); i++) {
      all[i + 1] = dims.get(i);
    }
    return Shape.of(all);
  }

  @Override
  public String toString() {
    return "input '" + input + "' " + dtype + dims;
  }
}
