package io.octant.kernels.plan;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two tensors combined element by element by a loop of our own, which stretches either of them and
 * takes every type that it has a loop for.
 */
final class PairLoop {
  private PairLoop() {}

  /** The operands in the dims of the result, an axis that is stretched with stride 0. */
  private record Operands(Activation a, Activation b, MemoryLayout dst) {
    static Operands of(PlanBuilder plan, Object left, Object right) {
      Activation a = plan.resident(left);
      Activation b = plan.resident(right);
      long[] dims = dims(Shape.broadcast(a.shape(), b.shape()));
      MemoryLayout order = MemoryLayout.rowMajor(a.layout().type(), dims);
      if (isWhole(a, dims)) {
        order = a.layout().dense();
      } else if (isWhole(b, dims)) {
        order = b.layout().dense();
      }
      return new Operands(stretched(plan, a, order), stretched(plan, b, order), order);
    }

    private static long[] dims(Shape shape) {
      return Arrays.stream(shape.toArray()).asLongStream().toArray();
    }

    private static boolean isWhole(Activation x, long[] dims) {
      return Arrays.equals(x.dims(), dims);
    }

    /**
     * Elements that lie in another order than the result's are moved first: rows then run along.
     */
    private static Activation stretched(PlanBuilder plan, Activation x, MemoryLayout order) {
      MemoryLayout model = order.withType(x.layout().type());
      return isWhole(x, model.dims())
          ? plan.placed(x, model)
          : plan.view(x, x.layout().expand(model.dims()));
    }
  }

  /**
   * Combines tensors of one type, constants too.
   *
   * @throws io.octant.kernels.binding.UnsupportedKernelException if there is no loop for them
   */
  static Activation combine(PlanBuilder plan, Binary function, Object left, Object right) {
    Operands o = Operands.of(plan, left, right);
    DType type = o.a.dtype();
    Site.require(
        type == o.b.dtype() && o.a.qparams() == null && o.b.qparams() == null,
        "combines " + type + " and " + o.b.dtype());
    DType result = function.isTruth() ? DType.BOOL : type;
    MemoryLayout dst =
        o.dst.withType(new Activation(result, o.a.shape(), null).requireElementType());
    Activation out = plan.allocate(result, dst, null);
    plan.emit(
        function.name().toLowerCase(Locale.ROOT) + "_" + o.a.layout().type(),
        () -> Kernels.pairwise(function, o.a.layout(), o.b.layout(), dst, Kernels.FASTEST),
        plan.memory(o.a),
        plan.memory(o.b),
        plan.memory(out));
    return out;
  }

  /** Combines 8-bit tensors of one type in float32 and quantizes. */
  static Activation quantized(
      PlanBuilder plan, Binary function, Object left, Object right, QParams output, boolean relu) {
    Operands o = Operands.of(plan, left, right);
    Site.require(
        o.a.isQuantized() && o.b.isQuantized() && o.a.dtype() == o.b.dtype(),
        "needs two 8-bit tensors of one type");
    Activation out = plan.allocate(o.a.dtype(), o.dst, output);
    Affine range = relu ? out.affine().withRelu() : out.affine();
    plan.emit(
        "quantized_" + function.name().toLowerCase(Locale.ROOT) + (relu ? "+relu" : ""),
        () ->
            Kernels.pairwise(
                function,
                o.a.layout(),
                o.b.layout(),
                o.dst,
                o.a.affine(),
                o.b.affine(),
                range,
                Kernels.FASTEST),
        plan.memory(o.a),
        plan.memory(o.b),
        plan.memory(out));
    return out;
  }

  /** An operand beside a tensor of a type, which a number takes. */
  static Object typed(Object operand, DType type) {
    if (!(operand instanceof Number n)) {
      return operand;
    }
    Site.require(
        type == DType.FLOAT32 || (type == DType.INT64 && n instanceof Long),
        "takes " + n + " with " + type);
    return type == DType.FLOAT32 ? Tensor.scalar(n.floatValue()) : Tensor.scalar(n.longValue());
  }
}
