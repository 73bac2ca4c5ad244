package io.octant.kernels.plan;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.Curve;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Unary;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sums, products and the like of two tensors or a tensor and a number. */
final class ArithmeticLowerings {
  private ArithmeticLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (String adding : List.of("add", "operator.add")) {
      table.define(adding, site -> scaled(site, Binary.ADD));
    }
    for (String subtracting : List.of("sub", "operator.sub")) {
      table.define(subtracting, site -> scaled(site, Binary.SUB));
    }
    table.define("mul", site -> lower(site, Binary.MUL));
    table.define("div", ArithmeticLowerings::divide);
    table.define("maximum", site -> paired(site, Binary.MAX));
    table.define("minimum", site -> paired(site, Binary.MIN));
    table.define("pow", ArithmeticLowerings::power);
    table.define("eq", site -> paired(site, Binary.EQ));
    table.define("ne", site -> paired(site, Binary.NE));
    table.define("lt", site -> paired(site, Binary.LT));
    table.define("le", site -> paired(site, Binary.LE));
    table.define("gt", site -> paired(site, Binary.GT));
    table.define("ge", site -> paired(site, Binary.GE));
    table.define("logical_and", site -> paired(site, Binary.LOGICAL_AND));
    table.define("logical_or", site -> paired(site, Binary.LOGICAL_OR));
    table.define("logical_xor", site -> paired(site, Binary.LOGICAL_XOR));
    table.define("quantized.add", site -> quantized(site, Binary.ADD, false));
    table.define("quantized.add_relu", site -> quantized(site, Binary.ADD, true));
    table.define("quantized.mul", site -> quantized(site, Binary.MUL, false));
    table.define("quantized.mul_relu", site -> quantized(site, Binary.MUL, true));
  }

  private static Object scaled(Site site, Binary function) {
    Site.require(!site.args().has("alpha") || site.args().number("alpha") == 1, "alpha is not 1");
    return lower(site, function);
  }

  private static Object divide(Site site) {
    Site.require(site.args().isNone("rounding_mode"), "rounds the quotient");
    return lower(site, Binary.DIV);
  }

  private static Activation lower(Site site, Binary function) {
    Object left = site.args().value("input");
    Object right = site.args().value("other");
    if (!isFloat(left) && !isFloat(right) && function != Binary.DIV) {
      return paired(site, function);
    }
    if (right instanceof Number n) {
      return withNumber(site, Call.activation(left), function, n.doubleValue());
    }
    if (left instanceof Number n) {
      Activation x = Call.activation(right);
      if (function == Binary.ADD || function == Binary.MUL) {
        return withNumber(site, x, function, n.doubleValue());
      }
      requireFloat(x);
      return PairLoop.combine(site.plan(), function, Tensor.scalar(n.floatValue()), x);
    }
    requireFloat(left);
    requireFloat(right);
    if (left instanceof Activation a && right instanceof Activation b && a != b) {
      boolean commutes = function == Binary.ADD || function == Binary.MUL;
      if (joinable(a, b)) {
        return join(site, function, a, b);
      }
      if (commutes && joinable(b, a)) {
        return join(site, function, b, a);
      }
    }
    return broadcast(site, function, left, right);
  }

  /** A loop of our own over tensors of one type, where a number takes the type of the tensor. */
  private static Activation paired(Site site, Binary function) {
    Object left = site.args().value("input");
    Object right = site.args().value("other");
    Activation x = Call.activation(left instanceof Activation ? left : right);
    if (x.isQuantized() && !(left instanceof Activation && right instanceof Activation)) {
      return LookUp.apply(site);
    }
    Activation result =
        PairLoop.combine(
            site.plan(),
            function,
            PairLoop.typed(left, x.dtype()),
            PairLoop.typed(right, x.dtype()));
    IntegerRange a = site.plan().range(left);
    IntegerRange b = site.plan().range(right);
    if (function == Binary.SUB && a != null && b != null) {
      site.plan().within(result, a.minus(b));
    }
    return result;
  }

  private static Activation power(Site site) {
    Object exponent = site.args().value("other");
    if (exponent instanceof Number n && n.doubleValue() == 2 && site.input().isFloat()) {
      return CurveLowerings.apply(site.plan(), site.input(), Curve.SQUARE, "square", 0, 0);
    }
    return paired(site, Binary.POW);
  }

  private static boolean isFloat(Object value) {
    return dtype(value) == DType.FLOAT32 || value instanceof Double;
  }

  private static @Nullable DType dtype(Object value) {
    return value instanceof Tensor t ? t.dtype() : value instanceof Activation a ? a.dtype() : null;
  }

  private static void requireFloat(Object value) {
    DType dtype = value instanceof Tensor t ? t.dtype() : Call.activation(value).dtype();
    Site.require(dtype == DType.FLOAT32, "needs float32, not " + dtype);
  }

  /** Whether {@code other} can be a post-operand of the kernel that makes {@code producer}. */
  private static boolean joinable(Activation producer, Activation other) {
    Pending pending = producer.pending();
    return pending != null && pending.isOpen() && producer.shape().equals(other.shape());
  }

  private static Activation join(
      Site site, Binary function, Activation producer, Activation other) {
    Activation operand = site.plan().placed(site.plan().resident(other), producer.layout());
    Pending pending = producer.pending();
    if (pending == null) {
      throw new IllegalStateException("Cannot join " + site.call().node() + ": nothing is pending");
    }
    pending.then(function.name().toLowerCase(Locale.ROOT), function, operand);
    return site.plan().join(site.call(), producer);
  }

  // αx + β in one rounding is exact where α is 1 or β is 0.
  private static Activation withNumber(Site site, Activation x, Binary function, double number) {
    float n = (float) number;
    if (x.isQuantized()) {
      return LookUp.apply(site);
    }
    requireFloat(x);
    ElementwiseLowerings.Curve curve =
        switch (function) {
          case ADD -> new ElementwiseLowerings.Curve("add_number", Unary.LINEAR, 1, n);
          case SUB -> new ElementwiseLowerings.Curve("add_number", Unary.LINEAR, 1, -n);
          case MUL -> new ElementwiseLowerings.Curve("mul_number", Unary.LINEAR, n, 0);
          default -> null;
        };
    if (curve == null) {
      return broadcast(site, function, x, Tensor.scalar(n));
    }
    return ElementwiseLowerings.apply(site, x, curve);
  }

  private static Activation broadcast(Site site, Binary function, Object left, Object right) {
    PlanBuilder plan = site.plan();
    Activation a = plan.dense(left);
    Activation b = plan.dense(right);
    Shape shape = Shape.broadcast(a.shape(), b.shape());
    if (!a.shape().equals(shape)) {
      // oneDNN stretches its second operand only.
      if (!b.shape().equals(shape) || (function != Binary.ADD && function != Binary.MUL)) {
        return PairLoop.combine(plan, function, left, right);
      }
      Activation swap = a;
      a = b;
      b = swap;
    }
    Activation first = a;
    MemoryLayout dst = first.layout().dense();
    if (b.shape().equals(shape)) {
      // Equal dims in one memory order are a run of elements.
      Activation second = plan.placed(b, dst);
      MemoryLayout flat = MemoryLayout.rowMajor(dst.type(), dst.elements());
      return pending(site, function, first, second, flat, flat, flat, dst);
    }
    MemoryLayout stretched = b.layout();
    while (stretched.rank() < shape.rank()) {
      stretched = stretched.with(0);
    }
    MemoryLayout small = stretched;
    return pending(site, function, first, b, first.layout(), small, dst, dst);
  }

  private static Activation pending(
      Site site,
      Binary function,
      Activation first,
      Activation second,
      MemoryLayout a,
      MemoryLayout b,
      MemoryLayout kernelDst,
      MemoryLayout dst) {
    Pending kernel =
        new Pending(
                function.name().toLowerCase(Locale.ROOT) + "_f32",
                kernelDst,
                List.of(first, second),
                Attributes::new,
                attributes -> Kernels.binary(function, a, b, kernelDst, attributes))
            .orElse(
                () ->
                    Kernels.pairwise(function, a, b.expand(a.dims()), kernelDst, Kernels.FASTEST));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }

  private static Activation quantized(Site site, Binary function, boolean relu) {
    Object a = site.args().value("qa");
    Object b = site.args().value("qb");
    if (a instanceof Number || b instanceof Number) {
      return LookUp.apply(site);
    }
    QParams output =
        QParams.perTensor(site.args().number("scale"), site.args().integer("zero_point"));
    if (function == Binary.ADD && a instanceof Activation x && b instanceof Activation y) {
      if (takesAddition(x, y)) {
        return added(site, x, y, output, relu);
      }
      if (takesAddition(y, x)) {
        return added(site, y, x, output, relu);
      }
    }
    return PairLoop.quantized(site.plan(), function, a, b, output, relu);
  }

  /** Whether the 8-bit layer that makes {@code x} can add {@code other} to its rounded result. */
  private static boolean takesAddition(Activation x, Activation other) {
    Pending pending = x.pending();
    return pending != null
        && pending.isOpenToAddition()
        && pending != other.pending()
        && x.isQuantized()
        && other.isQuantized()
        && x.dtype() == other.dtype()
        && x.shape().equals(other.shape());
  }

  private static Activation added(
      Site site, Activation x, Activation other, QParams output, boolean relu) {
    Activation operand = site.plan().placed(site.plan().resident(other), x.layout());
    Pending pending = x.pending();
    if (pending == null) {
      throw new IllegalStateException("Cannot join " + site.call().node() + ": nothing is pending");
    }
    Affine sum = Affine.of(x.requireElementType(), output.scale(), output.zeroPoint());
    pending.thenAdd(
        relu ? "quantized_add+relu" : "quantized_add", operand, relu ? sum.withRelu() : sum);
    return site.plan().join(site.call(), x, output);
  }
}
