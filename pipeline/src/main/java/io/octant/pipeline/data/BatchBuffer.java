package io.octant.pipeline.data;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.unsafe.Platform;

/**
 * The batch under construction: one primitive array for each input, filled row by row by a {@link
 * SampleDecoder}, which writes every element of a row. The arrays are those of every batch. Not
 * thread-safe.
 *
 * <p>Counts values that are not finite as rows are completed, whatever source they came from.
 */
public final class BatchBuffer {
  private final List<SampleField> fields;
  private final int capacity;
  private final int[] sampleLengths;
  private final Object[] arrays;
  private final long[] labels;
  private int row;

  /** Rows that do not hold zeros any more. */
  private int written;

  private boolean labelled;
  private long samples;
  private long nanValues;
  private long infiniteValues;
  private long samplesWithNan;
  private long samplesWithInfinity;
  private long leftOut;
  private DamagedRows damagedRows = DamagedRows.NONE;

  /**
   * @param capacity rows of a batch, at least 1
   */
  public BatchBuffer(List<SampleField> fields, int capacity) {
    if (capacity < 1) {
      throw new OctantException(
          "Cannot batch samples: batch size " + capacity + ", expected at least 1");
    }
    this.fields = List.copyOf(fields);
    this.capacity = capacity;
    this.sampleLengths = this.fields.stream().mapToInt(SampleField::numel).toArray();
    this.arrays = new Object[this.fields.size()];
    this.labels = new long[capacity];
    allocate();
  }

  private void allocate() {
    for (int i = 0; i < arrays.length; i++) {
      int n = Math.multiplyExact(sampleLengths[i], capacity);
      arrays[i] =
          switch (fields.get(i).dtype().storage()) {
            case FLOATS -> new float[n];
            case DOUBLES -> new double[n];
            case INTS -> new int[n];
            case LONGS -> new long[n];
          };
    }
  }

  /** Storage of a float32 input; the current row starts at {@link #offset}. */
  public float[] floats(int input) {
    return (float[]) arrays[input];
  }

  /** Storage of a float64 input. */
  public double[] doubles(int input) {
    return (double[]) arrays[input];
  }

  /** Storage of an input of bool or an integer type below 64 bits. */
  public int[] ints(int input) {
    return (int[]) arrays[input];
  }

  /** Storage of an int64 input. */
  public long[] longs(int input) {
    return (long[]) arrays[input];
  }

  /** Index in an input's storage at which the current row starts. */
  public int offset(int input) {
    return row * sampleLengths[input];
  }

  /** Sets the label of the current row. */
  public void label(long label) {
    labels[row] = label;
    labelled = true;
  }

  /** Rows that have been completed. */
  int rows() {
    return row;
  }

  /** Counts a record that is no sample. */
  void leaveOut() {
    leftOut++;
  }

  /** Counts a record that does not fit; the current row is begun anew. */
  void leaveOut(RowException damaged) {
    // Part of it may have been filled.
    written = Math.max(written, row + 1);
    damagedRows = damagedRows.plus(DamagedRows.of(damaged.fault()));
  }

  /** Completes the current row. */
  void endRow() {
    long nansBefore = nanValues;
    long infinitiesBefore = infiniteValues;
    for (int i = 0; i < arrays.length; i++) {
      DType dtype = fields.get(i).dtype();
      if (dtype.storage() == DType.Storage.FLOATS) {
        countFloats(floats(i), offset(i), sampleLengths[i]);
      } else if (dtype.storage() == DType.Storage.DOUBLES) {
        countDoubles(doubles(i), offset(i), sampleLengths[i]);
      }
    }
    samplesWithNan += nanValues > nansBefore ? 1 : 0;
    samplesWithInfinity += infiniteValues > infinitiesBefore ? 1 : 0;
    samples++;
    row++;
  }

  private void countFloats(float[] values, int from, int length) {
    long magnitudes = 0;
    int pairs = length / 2;
    for (long at = 0; at < pairs; at++) {
      long pair = Platform.getLong(values, Platform.FLOAT_ARRAY_OFFSET + 4L * from + 8 * at);
      // Each half has its sign bit from infinity up, and carries nothing into the other.
      magnitudes |= (pair & 0x7fffffff7fffffffL) + 0x0080000000800000L;
    }
    if (length % 2 == 1) {
      int last = Float.floatToRawIntBits(values[from + length - 1]);
      magnitudes |= (last & 0x7fffffffL) + 0x00800000L;
    }
    if ((magnitudes & 0x8000000080000000L) == 0) {
      return;
    }
    for (int i = from; i < from + length; i++) {
      float v = values[i];
      if (!Float.isFinite(v)) {
        countNonFinite(v);
      }
    }
  }

  private void countDoubles(double[] values, int from, int length) {
    for (int i = from; i < from + length; i++) {
      double v = values[i];
      if (!Double.isFinite(v)) {
        countNonFinite(v);
      }
    }
  }

  private void countNonFinite(double v) {
    if (Double.isNaN(v)) {
      nanValues++;
    } else {
      infiniteValues++;
    }
  }

  /** Hands the rows over as a batch, which holds until the next one is begun. */
  Batch drain() {
    for (int i = 0; i < arrays.length; i++) {
      zero(arrays[i], row * sampleLengths[i], Math.max(row, written) * sampleLengths[i]);
    }
    written = row;
    List<Tensor> tensors = new ArrayList<>(arrays.length);
    for (int i = 0; i < arrays.length; i++) {
      tensors.add(fields.get(i).batch(capacity, arrays[i]));
    }
    Batch batch = new Batch(tensors, row, labelled ? Arrays.copyOf(labels, row) : new long[0]);
    row = 0;
    return batch;
  }

  private static void zero(Object array, int from, int to) {
    if (array instanceof float[] floats) {
      Arrays.fill(floats, from, to, 0);
    } else if (array instanceof double[] doubles) {
      Arrays.fill(doubles, from, to, 0);
    } else if (array instanceof int[] ints) {
      Arrays.fill(ints, from, to, 0);
    } else {
      Arrays.fill((long[]) array, from, to, 0);
    }
  }

  /** Everything read so far. */
  DataCounts counts() {
    return new DataCounts(
        samples,
        nanValues,
        infiniteValues,
        samplesWithNan,
        samplesWithInfinity,
        leftOut,
        damagedRows);
  }
}
