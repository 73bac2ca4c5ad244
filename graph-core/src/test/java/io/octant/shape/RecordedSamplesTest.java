package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the rows of the operator table say of samples, against what calls do when one sample
 * changes: the samples on each axis of each tensor in turn, and of all tensors of one shape.
 */
class RecordedSamplesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("operators.json");

  /** Where the samples of a call are. */
  private record Place(RecordedCall call, List<Tensor> inputs, int axis, Object result) {
    int batch() {
      return inputs.get(0).shape().dim(axis);
    }

    GraphModule model() {
      return call.model(inputs, axis, result);
    }

    @Override
    public String toString() {
      return call.name()
          + " of "
          + call.tensors().stream().map(t -> t.shape().toString()).toList()
          + " with samples on axis "
          + axis
          + " of "
          + inputs.stream().map(t -> t.shape().toString()).toList()
          + ", "
          + call.args().stream().filter(a -> !(a instanceof Tensor)).toList()
          + call.kwargs().keySet();
    }
  }

  /** Rows of numbers, and of tensors that are made of sizes alone: no call has samples. */
  private static final Set<String> WITHOUT_TENSORS = Set.of("arange", "full", "ones", "zeros");

  private static List<RecordedCall> calls() {
    List<RecordedCall> out = new ArrayList<>();
    FIXTURES.cases().forEach(json -> out.add(RecordedCall.of(FIXTURES, json)));
    out.addAll(more());
    return out;
  }

  /** Calls of rows of which none is recorded, or none that tells samples apart. */
  private static List<RecordedCall> more() {
    Tensor volume = normal(2, 3, 4, 6, 8);
    Tensor integers = Tensor.of(DType.INT32, Shape.of(2, 3), new int[] {1, 2, 3, 4, 5, 6});
    Tensor bools = Tensor.of(DType.BOOL, Shape.of(2, 3), new int[] {1, 0, 0, 0, 0, 0});
    Tensor scales = Tensor.of(new float[] {0.01f, 0.02f, 0.03f}, 3);
    Tensor zeroPoints = Tensor.of(DType.INT64, Shape.of(3), new long[] {0, 5, 9});
    Tensor quantized =
        (Tensor) run("torch.quantize_per_tensor", normal(2, 3, 5), 0.05, 100L, DType.QUINT8);
    List<RecordedCall> out = new ArrayList<>();
    String f = "torch.nn.functional.";
    out.add(RecordedCall.of(f + "adaptive_max_pool3d_with_indices", volume, Tuple.of(2L, 2L, 3L)));
    out.add(RecordedCall.of(f + "max_pool3d_with_indices", volume, 2L));
    out.add(RecordedCall.of(f + "lp_pool3d", volume, 2.0, 2L));
    out.add(RecordedCall.of("torch.any", bools, 1L));
    out.add(RecordedCall.of("torch.bitwise_left_shift", integers, integers));
    out.add(RecordedCall.of("torch.bitwise_right_shift", integers, integers));
    out.add(
        RecordedCall.of(
            "torch.quantize_per_channel", normal(2, 3, 5), scales, zeroPoints, 1L, DType.QINT8));
    out.add(RecordedCall.of("torch.quantize_per_tensor", normal(2, 3), 0.05, 100L, DType.QUINT8));
    out.add(RecordedCall.of("torch.dequantize", quantized));
    out.add(RecordedCall.of("torch.int_repr", quantized));
    Tensor turned = Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 0});
    out.add(RecordedCall.of("torch.index_select", normal(2, 3, 5), 0L, turned));
    out.add(RecordedCall.of(f + "layer_norm", normal(2, 3, 5), Tuple.of(2L, 3L, 5L)));
    out.add(RecordedCall.of(f + "rms_norm", normal(2, 3, 5), Tuple.of(2L, 3L, 5L)));
    List<Object> shifted = List.of(0L, 0L, 0L, 0L, 1L, -1L);
    out.add(RecordedCall.of(f + "pad", normal(2, 3, 5), shifted));
    for (OperatorRow row : Operators.standard().rows()) {
      if (row.family().equals("reduction")) { // what is behind the axis moves up
        String name = row.calls().get(0).names().get(0);
        Tensor x = List.of("all", "any").contains(row.name()) ? bools : normal(2, 3, 5);
        out.add(new RecordedCall(name, List.of(x), Map.of("dim", 0L)));
      }
    }
    for (String cell : List.of("lstm", "gru", "rnn")) {
      int rows = cell.equals("lstm") ? 20 : cell.equals("gru") ? 15 : 5;
      out.add(
          RecordedCall.of(
              "octant." + cell, normal(4, 2, 3), normal(1, rows, 3), normal(1, rows, 5)));
    }
    return out;
  }

  private static Tensor normal(int... dims) {
    Random random = new Random(6);
    float[] out = new float[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return Tensor.of(out, dims);
  }

  private static List<Place> places(RecordedCall call) {
    Object result = call.run();
    List<Place> out = new ArrayList<>();
    for (Tensor t : call.tensors()) {
      List<Tensor> alike =
          call.tensors().stream().filter(o -> o.shape().equals(t.shape())).toList();
      for (int axis = 0; axis < t.shape().rank(); axis++) {
        if (t.shape().dim(axis) > 1) {
          out.add(new Place(call, List.of(t), axis, result));
          if (alike.size() > 1 && alike.get(0) == t) {
            out.add(new Place(call, alike, axis, result));
          }
        }
      }
    }
    return out;
  }

  @Test
  void aSampleChangesWhatItsRowSaysAndNothingElse() {
    List<String> wrong = new ArrayList<>();
    Set<String> told = new LinkedHashSet<>();
    for (RecordedCall call : calls()) {
      for (Place place : places(call)) {
        wrong.addAll(faults(place, told));
      }
    }
    assertThat(wrong).isEmpty();
    Set<String> untold = new TreeSet<>();
    for (OperatorRow row : Operators.standard().rows()) {
      boolean called = !row.calls().isEmpty() && !row.family().equals("number");
      if (row.samples() != SampleRule.UNKNOWN && called) {
        untold.add(row.name());
      }
    }
    untold.removeAll(told);
    untold.removeAll(WITHOUT_TENSORS);
    assertThat(untold).as("rows whose rule no call shows").isEmpty();
  }

  private static List<String> faults(Place place, Set<String> told) {
    GraphModule model = place.model();
    List<Tensor> inputs = new ArrayList<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (Tensor t : place.inputs()) {
      inputs.add((Tensor) run("torch.transpose", t, 0L, (long) place.axis()));
      specs.add(new TensorSpec("x", t.dtype(), inputs.get(inputs.size() - 1).shape()));
    }
    BatchTracer.Result traced;
    List<List<Object>> changed = new ArrayList<>();
    List<Object> before;
    try {
      traced = BatchTracer.run(model, specs, place.batch());
      before = ((Tuple) model.evaluate(List.copyOf(inputs), Map.of())).items();
      for (int sample = 0; sample < place.batch(); sample++) {
        List<Object> others = new ArrayList<>();
        for (Tensor t : inputs) {
          others.add(replaced(t, sample));
        }
        changed.add(((Tuple) model.evaluate(others, Map.of())).items());
      }
    } catch (OctantException e) {
      return List.of(); // another sample is no argument that it takes
    }
    List<String> out = new ArrayList<>();
    Tuple leaves = (Tuple) model.graph().outputNode().arg(0);
    for (int i = 0; i < leaves.size(); i++) {
      int leaf = i;
      Tensor result = (Tensor) before.get(leaf);
      List<BitSet> differences =
          changed.stream().map(c -> differences(result, (Tensor) c.get(leaf))).toList();
      BatchAxis axis = traced.axes().get(((Node) leaves.item(leaf)).name());
      String fault = fault(axis, result.shape(), differences);
      boolean strict = axis != null || place.inputs().contains(place.call().tensors().get(0));
      if (!fault.isEmpty() && strict) {
        out.add(place + ": result " + leaf + " " + result.shape() + " " + fault);
      } else if (axis != null) {
        told.add(place.call().row().name());
      }
    }
    return out;
  }

  /** What is wrong with an axis, null for samples that are mixed; empty if it is right. */
  private static String fault(@Nullable BatchAxis axis, Shape shape, List<BitSet> differences) {
    int batch = differences.size();
    if (axis == null) {
      for (int a = 0; a < shape.rank(); a++) {
        for (int rows = 1; rows * batch <= shape.dim(a); rows++) {
          BatchAxis there = new BatchAxis(a, shape.dim(a) / (rows * batch), rows);
          if (there.size(batch) == shape.dim(a) && fits(there, shape, differences, true)) {
            return "has its samples at " + there + ", but the rule says mixed";
          }
        }
      }
      return "";
    }
    return fits(axis, shape, differences, false) ? "" : "has not its samples at " + axis;
  }

  private static boolean fits(
      BatchAxis axis, Shape shape, List<BitSet> differences, boolean everySample) {
    for (int sample = 0; sample < differences.size(); sample++) {
      BitSet different = differences.get(sample);
      if (everySample && different.isEmpty()) {
        return false;
      }
      int stride = axis.exists() ? shape.strides()[axis.axis()] * axis.rowsPerSample() : 0;
      for (int e = different.nextSetBit(0); e >= 0; e = different.nextSetBit(e + 1)) {
        boolean other = !axis.exists() || e / stride % differences.size() != sample;
        if (other) {
          return false;
        }
      }
    }
    return true;
  }

  private static BitSet differences(Tensor a, Tensor b) {
    BitSet out = new BitSet();
    if (!a.shape().equals(b.shape())) {
      out.set(0, a.numel());
      return out;
    }
    for (int i = 0; i < a.numel(); i++) {
      double x = a.isQuantized() ? a.ints()[i] : a.doubleAt(i);
      double y = b.isQuantized() ? b.ints()[i] : b.doubleAt(i);
      out.set(i, Math.abs(x - y) > 1e-6 * Math.abs(x) || Double.isNaN(x) != Double.isNaN(y));
    }
    return out;
  }

  /** A tensor with the next sample in the place of one. */
  private static Tensor replaced(Tensor t, int sample) {
    int batch = t.shape().dim(0);
    long[] from = new long[batch];
    java.util.Arrays.setAll(from, i -> i == sample ? (i + 1) % batch : i);
    return (Tensor) run("torch.index_select", t, 0L, Tensor.of(DType.INT64, Shape.of(batch), from));
  }

  private static Object run(String name, Object... args) {
    return ReferenceOperators.standard()
        .callFunction(FunctionType.of(name), List.of(args), Map.of());
  }
}
