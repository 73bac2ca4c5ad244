package io.octant.kernels.plan;

import io.octant.graph.Arguments;
import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Element-wise functions of 8-bit tensors as a table of the 256 results that the reference operator
 * gives: exact by construction, whatever the function. One that changes scale and zero point only,
 * as a product with a positive number does, is a view.
 */
final class LookUp {
  private LookUp() {}

  /**
   * Lowers a call with one tensor of run time, which is quantized, and else numbers: a constant
   * tensor of several elements would pair them with the 256 values.
   */
  static Activation apply(Site site) {
    Call call = site.call();
    List<Object> all = List.of(call.args(), call.kwargs());
    List<Activation> inputs = Arguments.all(all, Activation.class);
    Site.require(
        inputs.size() == 1
            && Arguments.all(all, Tensor.class).stream().allMatch(t -> t.numel() == 1),
        "needs constant parameters");
    Activation x = inputs.get(0);
    Tensor every = everyValue(x);
    List<Object> args =
        call.args().stream().map(v -> Arguments.map(v, Activation.class, a -> every)).toList();
    Map<String, Object> kwargs = Arguments.mapValues(call.kwargs(), Activation.class, a -> every);
    Object results = call.evaluate(call.model(), args, kwargs);
    if (!(results instanceof Tensor t) || !t.isQuantized() || t.qparams().isPerChannel()) {
      throw new UnsupportedKernelException("gives no 8-bit tensor with one scale");
    }
    if (t.dtype() == x.dtype() && Arrays.equals(t.ints(), every.ints())) {
      Activation same = site.plan().resident(x);
      return new Activation(t.dtype(), x.shape(), t.qparams()).at(same.layout(), same.buffer());
    }
    if (t.dtype() == x.dtype() && Objects.equals(t.qparams(), x.qparams())) {
      int[] bounds = clampBounds(x.dtype(), t.ints());
      if (bounds.length > 0) {
        return clamp(site, x, bounds[0], bounds[1]);
      }
    }
    return emit(
        site.plan(),
        call.node().target() + "_8bit",
        site.plan().dense(x),
        t.dtype(),
        t.qparams(),
        t.ints());
  }

  /**
   * Lowers a call of one 8-bit tensor whose results depend on the value and its index of axis 1: a
   * table of the reference operator's results for each channel.
   */
  static Activation byChannel(Site site) {
    Call call = site.call();
    PlanBuilder plan = site.plan();
    Activation x = plan.channelsLast(site.input());
    Site.require(x.isQuantized() && x.rank() >= 2, "needs 8 bits with channels");
    int channels = x.shape().dim(1);
    Tensor every = everyValue(x);
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[0] = 256;
    dims[1] = channels;
    int[] values = new int[256 * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = every.ints()[i / channels];
    }
    Tensor all = Tensor.quantized(x.dtype(), Shape.of(dims), values, every.qparams());
    List<Object> args =
        call.args().stream().map(v -> Arguments.map(v, Activation.class, a -> all)).toList();
    Map<String, Object> kwargs = Arguments.mapValues(call.kwargs(), Activation.class, a -> all);
    Tensor results = (Tensor) call.evaluate(call.model(), args, kwargs);
    byte[] tables = new byte[values.length];
    for (int i = 0; i < tables.length; i++) {
      tables[i % channels * 256 + i / channels] = (byte) results.ints()[i];
    }
    long places = channels == 0 ? 0 : x.layout().elements() / channels;
    Activation result = plan.allocate(results.dtype(), x.layout().dense(), results.qparams());
    plan.emit(
        call.node().target() + "_8bit",
        () -> Kernels.lookUp(places, channels, tables),
        plan.memory(x),
        plan.memory(result));
    return result;
  }

  /** Lowest and highest result if the table clamps to them and does nothing else, else nothing. */
  private static int[] clampBounds(DType dtype, int[] results) {
    int low = results[dtype == DType.QINT8 ? 128 : 0];
    int high = results[dtype == DType.QINT8 ? 127 : 255];
    for (int i = 0; i < results.length; i++) {
      int value = dtype == DType.QINT8 ? (byte) i : i;
      if (results[i] != Math.max(low, Math.min(high, value))) {
        return new int[0];
      }
    }
    return new int[] {low, high};
  }

  /**
   * Clamping integers equals clamping the real values before they are rounded, so it joins the
   * kernel that makes its input.
   */
  private static Activation clamp(Site site, Activation x, int low, int high) {
    Affine q = x.affine();
    Pending pending = x.pending();
    if (pending != null) {
      pending.thenClamp(q, low, high);
      return site.plan().join(site.call(), x);
    }
    Activation src = site.plan().dense(x);
    MemoryLayout layout = src.layout().dense();
    Activation result = site.plan().allocate(src.dtype(), layout, src.qparams());
    site.plan()
        .emit(
            "clamp_" + (q.type() == ElementType.U8 ? "u8" : "s8"),
            () -> Kernels.clamp(q.type(), layout.elements(), low, high, Kernels.FASTEST),
            site.plan().memory(src),
            site.plan().memory(result));
    return result;
  }

  /**
   * A part of a concatenation on the scale of the result, by what the reference operator makes of
   * the part's 256 values behind one value of the first part.
   */
  static Activation joined(Site site, Activation first, Activation part, QParams to) {
    Activation dense = site.plan().dense(part);
    if (Objects.equals(to, dense.qparams())) {
      return dense;
    }
    List<Object> pair =
        List.of(
            new Activation(first.dtype(), Shape.of(1), first.qparams()).zeros(), everyValue(dense));
    List<Object> args = new ArrayList<>(site.call().args());
    Map<String, Object> kwargs = new LinkedHashMap<>(site.call().kwargs());
    replace(args, kwargs, 0, "tensors", pair);
    replace(args, kwargs, 1, "dim", 0L);
    Tensor results = (Tensor) site.call().evaluate(site.call().model(), args, kwargs);
    return emit(
        site.plan(),
        "requantize",
        dense,
        results.dtype(),
        to,
        Arrays.copyOfRange(results.ints(), 1, 257));
  }

  private static void replace(
      List<Object> args, Map<String, Object> kwargs, int index, String name, Object value) {
    if (index < args.size()) {
      args.set(index, value);
    } else if (kwargs.containsKey(name)) {
      kwargs.put(name, value);
    }
  }

  /** A quantized tensor of the 256 values, ordered by their bit patterns. */
  private static Tensor everyValue(Activation x) {
    QParams qparams = x.qparams();
    if (qparams == null || !x.isQuantized()) {
      throw new UnsupportedKernelException("needs an 8-bit tensor with one scale, not " + x);
    }
    int[] values = new int[256];
    for (int i = 0; i < 256; i++) {
      values[i] = x.dtype() == DType.QINT8 ? (byte) i : i;
    }
    return Tensor.quantized(x.dtype(), Shape.of(256), values, qparams);
  }

  private static Activation emit(
      PlanBuilder plan,
      String operator,
      Activation x,
      DType dtype,
      QParams qparams,
      int[] results) {
    byte[] table = new byte[256];
    for (int i = 0; i < 256; i++) {
      table[i] = (byte) results[i];
    }
    MemoryLayout layout =
        x.layout().withType(new Activation(dtype, x.shape(), qparams).requireElementType());
    Activation result = plan.allocate(dtype, layout, qparams);
    plan.emit(
        operator,
        () -> Kernels.lookUp(layout.elements(), table),
        plan.memory(x),
        plan.memory(result));
    return result;
  }
}
