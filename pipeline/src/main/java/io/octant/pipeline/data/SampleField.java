package io.octant.pipeline.data;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What one sample holds for one model input: the input's type and its shape without the batch axis.
 *
 * <p>Travels to the executors inside Spark closures, hence serializable.
 *
 * @param input name of the model input
 * @param dtype element type of the model input
 * @param dims shape of one sample, row-major; empty for a scalar
 * @param batchAxis where the samples of a batch stand in the input, −1 if it takes one sample alone
 */
public record SampleField(String input, DType dtype, List<Integer> dims, int batchAxis)
    implements Serializable {
  public SampleField {
    dims = List.copyOf(dims);
  }

  /** A field of a batch along the first axis. */
  public SampleField(String input, DType dtype, List<Integer> dims) {
    this(input, dtype, dims, 0);
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

  /** The model's input for a batch of samples; one that takes a sample alone is as that is. */
  public TensorSpec batched(int batch) {
    List<Integer> all = new ArrayList<>(dims);
    if (batchAxis >= 0) {
      all.add(batchAxis, batch);
    }
    Shape shape = Shape.of(all.stream().mapToInt(Integer::intValue).toArray());
    return new TensorSpec(input, dtype, shape, batchAxis);
  }

  /**
   * The model's input that holds a batch of samples.
   *
   * @param rows one sample after the other, an array of the storage of the type
   */
  public Tensor batch(int batch, Object rows) {
    Shape shape = batched(batch).shape();
    return switch (dtype.storage()) {
      case FLOATS -> Tensor.of(dtype, shape, (float[]) placed(batch, rows, float[]::new));
      case DOUBLES -> Tensor.of(dtype, shape, (double[]) placed(batch, rows, double[]::new));
      case INTS -> Tensor.of(dtype, shape, (int[]) placed(batch, rows, int[]::new));
      case LONGS -> Tensor.of(dtype, shape, (long[]) placed(batch, rows, long[]::new));
    };
  }

  /** Moves the samples from the first axis to theirs. */
  private Object placed(int batch, Object rows, IntFunction<?> array) {
    if (batchAxis <= 0) {
      return rows;
    }
    Object target = array.apply(batch * numel());
    int outer = dims.subList(0, batchAxis).stream().reduce(1, (a, b) -> a * b);
    int inner = numel() / outer;
    for (int sample = 0; sample < batch; sample++) {
      for (int o = 0; o < outer; o++) {
        System.arraycopy(
            rows, (sample * outer + o) * inner, target, (o * batch + sample) * inner, inner);
      }
    }
    return target;
  }

  @Override
  public String toString() {
    return "input '" + input + "' " + dtype + dims;
  }
}
