package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by running an operator which samples the elements of its result belong to.
 *
 * <p>An operator that only moves elements is run once on the numbers of the samples. Any other is
 * run on random numbers, and again with one sample replaced, for each sample in turn: what changes
 * depends on that sample.
 */
final class SampleProbe {
  /** Applies an operator. */
  interface Call {
    Object run(List<Object> args, Map<String, Object> kwargs);
  }

  private static final long SEED = 7;

  /** What stands for sample 0: no number that models pad with, exact in float32. */
  private static final int FIRST = 0x5A5A00;

  /** The larger of two quantized values: a share of it is not rounded away. */
  private static final int QUANTIZED = 100;

  private final int batch;

  SampleProbe(int batch) {
    this.batch = batch;
  }

  /** What tensors that do not depend on the batch are to an operator that moves elements. */
  enum Constants {
    /** Elements that it moves like the others. */
    JOINED,
    /** Elements if they are floats, else positions to move elements to or from. */
    POSITIONS
  }

  /** The samples of each tensor that moving the elements of the batched inputs gives. */
  List<BatchAxis> moved(
      Call call, List<Object> args, Map<String, Object> kwargs, Constants joined) {
    List<BatchAxis> out = new ArrayList<>();
    Object moved =
        call.run(
            map(args, t -> t.isBatched() ? numbered(t) : constant(t, joined)),
            map(kwargs, t -> t.isBatched() ? numbered(t) : constant(t, joined)));
    for (Tensor t : Arguments.all(moved, Tensor.class)) {
      int[] owners = new int[t.numel()];
      for (int i = 0; i < owners.length; i++) {
        double v = t.doubleAt(i);
        owners[i] = v >= FIRST && v < FIRST + batch ? (int) v - FIRST : -1;
      }
      out.add(fit(t.shape(), owners));
    }
    return out;
  }

  /** The samples of each tensor of a result, by changing one sample at a time. */
  List<BatchAxis> changed(Call call, List<Object> args, Map<String, Object> kwargs) {
    List<int[]> owners = new ArrayList<>();
    List<Tensor> results = changed(call, args, kwargs, 0, owners);
    if (SampleRules.traced(args, kwargs).stream().anyMatch(SampleProbe::isBatchOfIntegers)) {
      // A product of zeros hides what it depends on.
      changed(call, args, kwargs, 1, owners);
    }
    List<BatchAxis> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      out.add(fit(results.get(i).shape(), owners.get(i)));
    }
    return out;
  }

  /** Adds to the sample of each element what changing integers from one of 0 and 1 shows. */
  private List<Tensor> changed(
      Call call, List<Object> args, Map<String, Object> kwargs, int integers, List<int[]> owners) {
    List<Tensor> base = results(call, args, kwargs, -1, integers);
    if (owners.isEmpty()) {
      base.forEach(t -> owners.add(filled(t.numel())));
    }
    for (int sample = 0; sample < batch; sample++) {
      List<Tensor> other = results(call, args, kwargs, sample, integers);
      for (int i = 0; i < base.size(); i++) {
        int[] known = owners.get(i);
        if (!base.get(i).shape().equals(other.get(i).shape())
            || known.length != base.get(i).numel()) {
          throw new MixedSamplesException("the shape of its result depends on the data");
        }
        for (int at = 0; at < known.length; at++) {
          if (Double.compare(base.get(i).doubleAt(at), other.get(i).doubleAt(at)) != 0) {
            if (known[at] >= 0 && known[at] != sample) {
              throw mixed();
            }
            known[at] = sample;
          }
        }
      }
    }
    return base;
  }

  private static boolean isBatchOfIntegers(Traced t) {
    return t.isBatched() && !t.tensor().dtype().isFloatingPoint();
  }

  private List<Tensor> results(
      Call call, List<Object> args, Map<String, Object> kwargs, int replaced, int integers) {
    SplittableRandom random = new SplittableRandom(SEED);
    return Arguments.all(
        call.run(
            map(args, t -> random(t, random, replaced, integers)),
            map(kwargs, t -> random(t, random, replaced, integers))),
        Tensor.class);
  }

  private interface Replacement {
    Tensor of(Traced tensor);
  }

  private static List<Object> map(List<Object> args, Replacement replace) {
    return args.stream().<Object>map(a -> Arguments.map(a, Traced.class, replace::of)).toList();
  }

  private static Map<String, Object> map(Map<String, Object> kwargs, Replacement replace) {
    return Arguments.mapValues(kwargs, Traced.class, replace::of);
  }

  private static int[] filled(int n) {
    int[] out = new int[n];
    Arrays.fill(out, -1);
    return out;
  }

  static MixedSamplesException mixed() {
    return new MixedSamplesException("it mixes the samples of the batch");
  }

  // ---- inputs

  /** Index of the sample that each element of an axis' row belongs to. */
  private int sample(Traced t, int[] strides, int index) {
    int at = index / strides[t.axis().axis()] % t.tensor().shape().dim(t.axis().axis());
    return at / t.axis().rowsPerSample() % batch;
  }

  /** The number of each element's sample. */
  private Tensor numbered(Traced t) {
    Shape shape = t.tensor().shape();
    int[] strides = shape.strides();
    int stride = strides[t.axis().axis()];
    double[] out = new double[shape.numel()];
    for (int from = 0; from < out.length; from += stride) {
      Arrays.fill(out, from, from + stride, FIRST + sample(t, strides, from));
    }
    return cast(moved(t.tensor().dtype()), shape, out);
  }

  /** What is moved becomes zeros, which belong to no sample. */
  private static Tensor constant(Traced t, Constants use) {
    DType dtype = moved(t.tensor().dtype());
    return use == Constants.JOINED || dtype.isFloatingPoint()
        ? Zeros.of(dtype, t.tensor().shape())
        : t.tensor();
  }

  /** Where quantized elements are joined they are rounded to one scale: no number would be left. */
  private static DType moved(DType dtype) {
    return dtype.isQuantized() ? DType.FLOAT32 : dtype;
  }

  /**
   * Random numbers, other ones for one sample; integers are one of 0 and 1 (of quantized ones, of 0
   * and {@link #QUANTIZED}), and the other one for that sample. Of constants only integers keep
   * their content: floats are not known where a shape rule answered.
   */
  private Tensor random(Traced t, SplittableRandom random, int replaced, int integers) {
    Shape shape = t.tensor().shape();
    int[] strides = shape.strides();
    boolean real = t.tensor().dtype().isFloatingPoint();
    if (!real && !t.isBatched()) {
      return t.tensor();
    }
    double[] out = new double[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      double first = random.nextDouble();
      double second = random.nextDouble();
      boolean other = t.isBatched() && sample(t, strides, i) == replaced;
      int flag = (other ? 1 - integers : integers) * (t.tensor().isQuantized() ? QUANTIZED : 1);
      out[i] = real ? 0.5 + (other ? second : first) : flag;
    }
    return cast(t.tensor().dtype(), shape, out);
  }

  private static Tensor cast(DType dtype, Shape shape, double[] values) {
    int n = values.length;
    switch (dtype.storage()) {
      case DOUBLES -> {
        return Tensor.of(dtype, shape, values);
      }
      case FLOATS -> {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
          out[i] = (float) values[i];
        }
        return Tensor.of(dtype, shape, out);
      }
      case LONGS -> {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          out[i] = (long) values[i];
        }
        return Tensor.of(dtype, shape, out);
      }
      case INTS -> {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
          out[i] = (int) values[i];
        }
        return dtype.isQuantized()
            ? Tensor.quantized(dtype, shape, out, io.octant.tensor.QParams.perTensor(1, 0))
            : Tensor.of(dtype, shape, out);
      }
    }
    throw new OctantException("Cannot trace samples in " + dtype);
  }

  // ---- results

  /**
   * The batch axis by which every element that belongs to a sample belongs to the one given.
   *
   * @param owners sample of each element, −1 for none
   */
  BatchAxis fit(Shape shape, int[] owners) {
    boolean any = false;
    for (int o : owners) {
      any |= o >= 0;
    }
    if (!any) {
      return BatchAxis.NONE;
    }
    int[] strides = shape.strides();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int size = shape.dim(axis);
      int @Nullable [] row = row(size, strides[axis], owners);
      for (int rows = 1; row != null && rows * batch <= size; rows++) {
        if (size % (rows * batch) == 0 && follows(row, rows)) {
          return new BatchAxis(axis, size / (rows * batch), rows);
        }
      }
    }
    throw new MixedSamplesException(
        "it mixes the samples of the batch, or brings them out of order");
  }

  /** The sample of each index of an axis, −1 for none; null if the axis does not tell it. */
  private static int @Nullable [] row(int size, int stride, int[] owners) {
    int[] row = filled(size);
    for (int from = 0; from < owners.length; from += stride) {
      int at = from / stride % size;
      for (int i = from; i < from + stride; i++) {
        if (owners[i] >= 0) {
          if (row[at] >= 0 && row[at] != owners[i]) {
            return null;
          }
          row[at] = owners[i];
        }
      }
    }
    return row;
  }

  private boolean follows(int[] row, int rows) {
    for (int at = 0; at < row.length; at++) {
      if (row[at] >= 0 && row[at] != at / rows % batch) {
        return false;
      }
    }
    return true;
  }
}
