package io.octant.kernels.plan;

import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Moves;
import io.octant.kernels.binding.Moves.Negative;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Padding;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Elements moved by position, of any type that has native memory. */
final class MovingLowerings {
  private MovingLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.functions("pad", MovingLowerings::pad);
    table.define("flip", MovingLowerings::flip);
    table.define("roll", MovingLowerings::roll);
    table.define("index_select", MovingLowerings::indexSelect);
    table.define("where", MovingLowerings::where);
    table.functions(
        "embedding",
        site -> {
          Site.require(site.args().isNone("max_norm"), "renormalizes its weight");
          return rows(
              site.plan(),
              site.args().value("weight"),
              0,
              site.args().value("input"),
              Negative.OUTSIDE);
        });
    table.module(
        site ->
            rows(site.plan(), site.module().tensor("weight"), 0, site.input(), Negative.OUTSIDE),
        "torch.nn.Embedding");
  }

  // ---- by positions that are known

  /** Every index of an axis at its place. */
  private static int[] identity(long size) {
    return IntStream.range(0, Math.toIntExact(size)).toArray();
  }

  private static int[][] identity(Activation x) {
    return IntStream.range(0, x.rank())
        .mapToObj(i -> identity(x.layout().dim(i)))
        .toArray(int[][]::new);
  }

  /**
   * The elements of a tensor at given positions of each axis.
   *
   * @param positions −1 where the fill value stands
   * @param fill bits of an element
   */
  static Activation take(PlanBuilder plan, Activation x, int[][] positions, long fill) {
    Activation src = plan.resident(x);
    long[][] offsets = new long[positions.length][];
    long[] dims = new long[positions.length];
    for (int axis = 0; axis < positions.length; axis++) {
      long stride = src.layout().stride(axis);
      offsets[axis] =
          Arrays.stream(positions[axis])
              .mapToLong(p -> p < 0 ? Moves.OUTSIDE : p * stride)
              .toArray();
      dims[axis] = positions[axis].length;
    }
    MemoryLayout dst = ordered(src, dims);
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    plan.emit(
        "take_" + dst.type(),
        () -> Moves.take(offsets, dst, fill),
        plan.memory(src),
        plan.memory(result));
    return result;
  }

  /** Other dims in the memory order of a tensor. */
  private static MemoryLayout ordered(Activation like, long[] dims) {
    MemoryLayout channelsLast = MemoryLayout.channelsLast(like.layout().type(), like.dims());
    return like.layout().sameMemoryOrder(channelsLast)
        ? MemoryLayout.channelsLast(like.layout().type(), dims)
        : MemoryLayout.rowMajor(like.layout().type(), dims);
  }

  private static Activation pad(Site site) {
    NamedValues args = site.args();
    Activation x = site.plan().resident(site.input());
    int[] amounts = args.ints("pad");
    Padding.Mode mode = Padding.Mode.of(args.text("mode"));
    Site.require(amounts.length % 2 == 0 && amounts.length / 2 <= x.rank(), "pads unevenly");
    int[][] positions = identity(x);
    for (int i = 0; i < amounts.length / 2; i++) {
      int axis = x.rank() - 1 - i;
      positions[axis] =
          Padding.positions(x.shape().dim(axis), amounts[2 * i], amounts[2 * i + 1], mode);
    }
    double value = args.isNone("value") ? 0 : args.number("value");
    return take(site.plan(), x, positions, bits(x, value));
  }

  /** A number as an element of a tensor's type. */
  private static long bits(Activation x, double value) {
    QParams q = x.qparams();
    if (q != null && x.isQuantized()) {
      Tensor real = Tensor.of(new float[] {(float) value}, 1);
      return Quantizer.quantize(real, q, x.dtype()).ints()[0];
    }
    if (x.isFloat()) {
      return Float.floatToRawIntBits((float) value);
    }
    Site.require(x.qparams() == null, "needs one scale");
    return x.dtype() == DType.BOOL ? (value != 0 ? 1 : 0) : (long) value;
  }

  private static Activation flip(Site site) {
    Activation x = site.plan().resident(site.input());
    int[][] positions = identity(x);
    for (int dim : site.args().ints("dims")) {
      int axis = x.shape().axis(dim);
      int last = x.shape().dim(axis) - 1;
      positions[axis] = IntStream.rangeClosed(0, last).map(i -> last - i).toArray();
    }
    return take(site.plan(), x, positions, 0);
  }

  private static Activation roll(Site site) {
    Site.require(!site.args().isNone("dims"), "rolls the flattened tensor");
    Activation x = site.plan().resident(site.input());
    int[][] positions = identity(x);
    int[] dims = site.args().ints("dims");
    int[] shifts = site.args().ints("shifts", dims.length);
    for (int i = 0; i < dims.length; i++) {
      int axis = x.shape().axis(dims[i]);
      int[] before = positions[axis];
      int shift = shifts[i];
      positions[axis] =
          IntStream.range(0, before.length)
              .map(p -> before[Math.floorMod(p - shift, before.length)])
              .toArray();
    }
    return take(site.plan(), x, positions, 0);
  }

  // ---- by positions of run time

  private static Activation indexSelect(Site site) {
    Object input = site.args().value("input");
    int rank = input instanceof Tensor t ? t.shape().rank() : Call.activation(input).rank();
    int dim = site.args().integer("dim");
    int axis = dim < 0 ? dim + rank : dim;
    Object index = site.args().value("index");
    if (input instanceof Activation x && index instanceof Tensor t && rank > 0) {
      int[][] positions = identity(site.plan().resident(x));
      int size = x.shape().dim(axis);
      positions[axis] =
          IntStream.range(0, t.numel())
              .map(i -> (int) t.longAt(i))
              .map(p -> p < 0 ? p + size : p)
              .toArray();
      Site.require(
          Arrays.stream(positions[axis]).allMatch(p -> p >= 0 && p < size), "selects outside");
      return take(site.plan(), x, positions, 0);
    }
    return rows(site.plan(), input, axis, index, Negative.FROM_THE_END);
  }

  /** Slices of an axis at positions of run time, which take the place of the axis. */
  private static Activation rows(
      PlanBuilder plan, Object table, int axis, Object positions, Negative negative) {
    Activation src = plan.rowMajor(table);
    Activation index = plan.rowMajor(positions);
    Site.require(index.layout().type() == ElementType.S64, "takes positions of " + index.dtype());
    Site.require(src.rank() > axis, "takes elements of a scalar");
    long[] dims = src.dims();
    long outer = Arrays.stream(dims, 0, axis).reduce(1, Math::multiplyExact);
    long inner = Arrays.stream(dims, axis + 1, dims.length).reduce(1, Math::multiplyExact);
    int[] picked = index.shape().toArray();
    long[] to = new long[dims.length - 1 + picked.length];
    System.arraycopy(dims, 0, to, 0, axis);
    for (int i = 0; i < picked.length; i++) {
      to[axis + i] = picked[i];
    }
    System.arraycopy(dims, axis + 1, to, axis + picked.length, dims.length - axis - 1);
    MemoryLayout dst = MemoryLayout.rowMajor(src.layout().type(), to);
    Activation result = plan.allocate(src.dtype(), dst, src.qparams());
    plan.emit(
        "gather_" + dst.type(),
        () ->
            Moves.gather(
                outer, dims[axis], inner * dst.type().bytes(), index.layout().elements(), negative),
        plan.memory(src),
        plan.memory(index),
        plan.memory(result));
    return result;
  }

  private static Activation where(Site site) {
    PlanBuilder plan = site.plan();
    Activation condition = plan.resident(site.args().value("condition"));
    Site.require(condition.dtype() == DType.BOOL, "chooses by " + condition.dtype());
    Object left = site.args().value("input");
    Object right = site.args().value("other");
    DType dtype = dtype(left instanceof Number ? right : left);
    Activation a = plan.resident(PairLoop.typed(left, dtype));
    Activation b = plan.resident(PairLoop.typed(right, dtype));
    Site.require(
        a.dtype() == b.dtype() && a.qparams() == null && b.qparams() == null,
        "chooses between " + a.dtype() + " and " + b.dtype());
    Shape shape = Shape.broadcast(condition.shape(), Shape.broadcast(a.shape(), b.shape()));
    long[] dims = Arrays.stream(shape.toArray()).asLongStream().toArray();
    MemoryLayout dst = MemoryLayout.rowMajor(a.layout().type(), dims);
    Activation result = plan.allocate(a.dtype(), dst, null);
    plan.emit(
        "where_" + dst.type(),
        () ->
            Moves.select(
                condition.layout().expand(dims),
                a.layout().expand(dims),
                b.layout().expand(dims),
                dst),
        plan.memory(condition),
        plan.memory(a),
        plan.memory(b),
        plan.memory(result));
    return result;
  }

  private static DType dtype(Object value) {
    return value instanceof Tensor t ? t.dtype() : Call.activation(value).dtype();
  }
}
