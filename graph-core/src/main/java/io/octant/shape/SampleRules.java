package io.octant.shape;

import io.octant.graph.Arguments;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where operators leave the samples of a batch, by rule. A rule answers null where it does not
 * apply, and throws {@link MixedSamplesException} where a result depends on several samples.
 */
final class SampleRules {
  private SampleRules() {}

  /** Operands align at the last axis and must agree on where the batch is. */
  static BatchAxis pointwise(List<Traced> operands, int rank) {
    BatchAxis found = BatchAxis.NONE;
    for (Traced t : operands) {
      if (t.isBatched()) {
        BatchAxis here = t.axis().on(t.axis().axis() + rank - t.rank());
        if (found.exists() && !found.equals(here)) {
          throw SampleProbe.mixed();
        }
        found = here;
      }
    }
    return found;
  }

  /** Elements keep their order: the elements of one sample stay one run in each block. */
  static BatchAxis reshape(Traced in, int[] shape, int batch) {
    BatchAxis axis = in.axis();
    long run = (long) axis.rowsPerSample() * in.tensor().shape().strides()[axis.axis()];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      long next = stride * shape[i];
      boolean here =
          run % stride == 0 && next % (run * batch) == 0 && stride <= run && run * batch <= next;
      if (here) {
        return new BatchAxis(i, (int) (next / (run * batch)), (int) (run / stride));
      }
      stride = next;
    }
    throw new MixedSamplesException("it spreads the samples of the batch over several axes");
  }

  /**
   * Axis 0 is the batch of an operator that takes a fixed number of axes.
   *
   * @param spatial axes behind batch and channels, 0 for any number of at least one
   */
  static @Nullable BatchAxis perRow(int spatial, Traced in) {
    int axes = spatial == 0 ? Math.max(in.rank(), 3) : spatial + 2;
    return in.axis().axis() == 0 && in.rank() == axes ? in.axis() : null;
  }

  /** Within the last axes, none of which may be the batch. */
  static BatchAxis trailing(Traced in, int axes) {
    if (in.axis().axis() >= in.rank() - axes) {
      throw SampleProbe.mixed();
    }
    return in.axis();
  }

  /** Along one axis, which must not be the batch. */
  static BatchAxis along(Traced in, long dim) {
    if (in.tensor().shape().axis(dim) == in.axis().axis()) {
      throw SampleProbe.mixed();
    }
    return in.axis();
  }

  /** The axis that is left after others were reduced to size 1 or dropped. */
  static BatchAxis reduction(Traced in, @Nullable Object dims, boolean keepdim) {
    Set<Integer> over = new HashSet<>();
    if (dims instanceof Long dim) {
      over.add(in.tensor().shape().axis(dim));
    } else {
      List<?> items =
          dims instanceof Tuple t ? t.items() : dims instanceof List<?> l ? l : List.of();
      items.forEach(d -> over.add(in.tensor().shape().axis((Long) d)));
    }
    int batch = in.axis().axis();
    if (over.isEmpty() || over.contains(batch)) {
      throw SampleProbe.mixed();
    }
    int dropped = keepdim ? 0 : (int) over.stream().filter(a -> a < batch).count();
    return in.axis().on(batch - dropped);
  }

  /** Rows of the first operand times columns of the second; axes before them broadcast. */
  static @Nullable BatchAxis matmul(Traced a, Traced b, int rank) {
    if (a.rank() < 2 || b.rank() < 2) {
      return null;
    }
    BatchAxis found = BatchAxis.NONE;
    for (Traced t : List.of(a, b)) {
      if (t.isBatched()) {
        int fromEnd = t.rank() - t.axis().axis();
        boolean outer = t == a ? fromEnd == 2 : fromEnd == 1;
        BatchAxis here = t.axis().on(rank - fromEnd);
        boolean summed = fromEnd <= 2 && !outer;
        if (summed || (found.exists() && !found.equals(here))) {
          throw SampleProbe.mixed();
        }
        found = here;
      }
    }
    return found;
  }

  /**
   * A step is one index of the axis of time; the batch is the axis beside it, and the second of
   * states, which have three. Weights are of all samples.
   *
   * @param call of a function, null for a module
   * @param inputs the sequence and what else depends on the batch or not
   * @param results the outputs, of a module as wide as the batch's axis of its input, and states
   */
  static @Nullable List<BatchAxis> recurrent(
      @Nullable Module module,
      @Nullable BoundCall call,
      List<Object> args,
      List<Traced> inputs,
      List<Tensor> results) {
    for (String weight : List.of("weight", "recurrence", "bias", "peepholes")) {
      if (call != null && call.find(weight) instanceof Traced t && t.isBatched()) {
        throw SampleProbe.mixed();
      }
    }
    if (!(args.get(0) instanceof Traced x) || !x.isBatched() || x.rank() != 3) {
      return null; // without a batch, or one of states alone
    }
    boolean batchFirst =
        module != null && Boolean.TRUE.equals(module.hyperparameters().get("batch_first"));
    BatchAxis expected = BatchAxis.of(batchFirst ? 0 : 1);
    for (Traced t : inputs) {
      BatchAxis wanted = t == x ? expected : BatchAxis.of(t.rank() == 1 ? 0 : 1);
      if (t.isBatched() && !t.axis().equals(wanted)) {
        throw t == x
            ? new MixedSamplesException(
                "it mixes the samples of the batch: its steps run over axis "
                    + (1 - expected.axis())
                    + ", on which they are")
            : SampleProbe.mixed();
      }
    }
    List<BatchAxis> out = new java.util.ArrayList<>();
    for (Tensor t : results) {
      boolean first = out.isEmpty();
      out.add(
          !first
              ? BatchAxis.of(1)
              : module == null ? BatchAxis.of(t.shape().rank() - 2) : expected);
    }
    return Collections.unmodifiableList(out);
  }

  static List<Traced> traced(List<Object> args, Map<String, Object> kwargs) {
    List<Traced> out = new java.util.ArrayList<>(Arguments.all(args, Traced.class));
    out.addAll(Arguments.all(kwargs, Traced.class));
    return Collections.unmodifiableList(out);
  }
}
