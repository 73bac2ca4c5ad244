package io.octant.shape;

import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.ShapeRule;
import io.octant.reference.kernel.Einsum;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Output shapes of the operators that are costly to run for their shape alone: convolutions, linear
 * layers, matrix products, and what keeps the shape of its input. Results are float32 zeros.
 */
final class ShapeRules {
  private ShapeRules() {}

  /** The result of calling a module on its inputs; null if it must be run. */
  static @Nullable Object module(Module module, List<Object> args) {
    if (args.isEmpty() || !(args.get(0) instanceof Tensor in) || !in.dtype().isFloatingPoint()) {
      return null;
    }
    String type = module.type().name();
    OperatorRow row = Operators.standard().findModule(type);
    boolean isFloatModule = type.startsWith("torch.nn.");
    if (row == null) {
      return null;
    }
    if (row.shape() == ShapeRule.INPUT && isFloatModule) {
      return in;
    }
    Shape pooled =
        in.dtype() == DType.FLOAT32 && isFloatModule
            ? LayoutRules.pool(row, in.shape(), module.hyperparameters()::get)
            : null;
    if (pooled != null) {
      return Zeros.of(DType.FLOAT32, pooled);
    }
    if (row.shape() == ShapeRule.RECURRENT) {
      return isFloatModule ? RecurrentShapes.module(module, in) : null;
    }
    Module inner = module.findModule("0");
    Module layer = inner != null && module.findTensor("weight") == null ? inner : module;
    Tensor weight = layer.findTensor("weight");
    // Lowered quantized modules return quantized values: they are run.
    if (weight == null
        || !isFloat(in)
        || (type.contains(".quantized") && !type.contains(".quantized.reference"))) {
      return null;
    }
    return switch (row.shape()) {
      case CONVOLUTION ->
          convolution(layer.hyperparameters()::get, weight.shape(), in.shape(), DType.FLOAT32);
      case TRANSPOSED_CONVOLUTION -> transposed(layer, weight.shape(), in.shape());
      case LINEAR -> linear(in.shape(), weight.shape());
      case BILINEAR ->
          in.shape().rank() > 0
              ? Zeros.of(DType.FLOAT32, in.shape().withDim(-1, weight.shape().dim(0)))
              : null;
      default -> null;
    };
  }

  /** The result of a function or method; null if it must be run. */
  static @Nullable Object call(TargetType type, List<Object> args, Map<String, Object> kwargs) {
    BoundCall call = BoundCall.of(type, args, kwargs);
    if (call == null) {
      return null;
    }
    Object known =
        switch (call.row().shape()) {
          case INPUT -> same(call);
          case BROADCAST -> broadcast(call);
          case DIVISION -> division(call);
          case EINSUM -> einsum(call);
          case CONVOLUTION -> convolution(call);
          case MATMUL, LINEAR -> product(call);
          case RECURRENT -> RecurrentShapes.call(call);
          case QUANTIZED -> QuantizationRules.quantized(call);
          case DEQUANTIZED -> QuantizationRules.dequantized(call);
          case JOIN -> LayoutRules.joined(call);
          case SPLIT -> LayoutRules.split(call);
          default -> null;
        };
    known = known != null ? known : LayoutRules.call(call);
    return known != null ? known : ZeroRules.call(call);
  }

  private static @Nullable Tensor same(BoundCall call) {
    return call.find(0) instanceof Tensor in && isFloat(in) && call.find("dtype") == null
        ? in
        : null;
  }

  private static @Nullable Tensor broadcast(BoundCall call) {
    if (call.find(0) instanceof Number && call.find(1) instanceof Tensor t) {
      return isFloat(t) && call.find("dtype") == null ? t : null;
    }
    if (!(call.find(0) instanceof Tensor a) || !isFloat(a)) {
      return null;
    }
    if (call.find(1) instanceof Number) {
      return same(call);
    }
    return call.find(1) instanceof Tensor b && isFloat(b)
        ? Zeros.of(DType.FLOAT32, Shape.broadcast(a.shape(), b.shape()))
        : null;
  }

  /** Zeros stand for values that are not known here: integers cannot be divided by them. */
  private static @Nullable Tensor division(BoundCall call) {
    boolean exact = call.row().name().equals("div") && call.find("rounding_mode") == null;
    if (!exact
        && call.find("input") instanceof Tensor a
        && call.find("other") instanceof Tensor b
        && !a.isQuantized()
        && !b.dtype().isFloatingPoint()
        && hasZero(b)) {
      return Zeros.of(a.dtype(), Shape.broadcast(a.shape(), b.shape()));
    }
    return broadcast(call);
  }

  private static @Nullable Tensor einsum(BoundCall call) {
    if (!(call.find("equation") instanceof String equation)
        || !(call.find("operands") instanceof List<?> operands)
        || !operands.stream().allMatch(a -> a instanceof Tensor t && isFloat(t))) {
      return null;
    }
    List<Tensor> tensors = operands.stream().map(Tensor.class::cast).toList();
    return Zeros.of(DType.FLOAT32, Einsum.shape(equation, tensors));
  }

  private static @Nullable Tensor product(BoundCall call) {
    if (!(call.find(0) instanceof Tensor a)
        || !(call.find(1) instanceof Tensor b)
        || !isFloat(a)
        || !isFloat(b)) {
      return null;
    }
    boolean linear = call.row().shape() == ShapeRule.LINEAR;
    return linear ? linear(a.shape(), b.shape()) : matmul(a.shape(), b.shape());
  }

  private static boolean isFloat(Tensor t) {
    return t.dtype() == DType.FLOAT32;
  }

  private static boolean hasZero(Tensor t) {
    for (int i = 0; i < t.numel(); i++) {
      if (t.doubleAt(i) == 0) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Tensor linear(Shape in, Shape weight) {
    boolean fits = in.rank() > 0 && weight.rank() == 2 && in.dim(-1) == weight.dim(1);
    return fits ? Zeros.of(DType.FLOAT32, in.withDim(-1, weight.dim(0))) : null;
  }

  private static @Nullable Tensor matmul(Shape a, Shape b) {
    if (a.rank() < 2 || b.rank() < 2 || a.dim(-1) != b.dim(-2)) {
      return null;
    }
    Shape out =
        Shape.broadcast(a.withDim(-1, 1).withDim(-2, 1), b.withDim(-1, 1).withDim(-2, 1))
            .withDim(-2, a.dim(-2))
            .withDim(-1, b.dim(-1));
    return Zeros.of(DType.FLOAT32, out);
  }

  private static @Nullable Tensor transposed(Module conv, Shape weight, Shape in) {
    Map<String, Object> hyper = conv.hyperparameters();
    int spatial = weight.rank() - 2;
    if (in.rank() != spatial + 2 || in.dim(1) != weight.dim(0)) {
      return null;
    }
    long[] out = new long[in.rank()];
    out[0] = in.dim(0);
    out[1] = weight.dim(1) * longs(hyper.get("groups"), 0);
    for (int i = 0; i < spatial; i++) {
      out[i + 2] =
          (in.dim(i + 2) - 1L) * longs(hyper.get("stride"), i)
              - 2 * longs(hyper.get("padding"), i)
              + longs(hyper.get("dilation"), i) * (weight.dim(i + 2) - 1)
              + longs(hyper.get("output_padding"), i)
              + 1;
    }
    return Zeros.of(DType.FLOAT32, LayoutRules.shape(out));
  }

  /** Of plain numbers, floats or integers, which stay what they are. */
  private static @Nullable Tensor convolution(BoundCall call) {
    if (!(call.find(0) instanceof Tensor in) || !(call.find(1) instanceof Tensor weight)) {
      return null;
    }
    if (in.isQuantized() || in.dtype() != weight.dtype() || weight.shape().rank() <= 2) {
      return null;
    }
    return convolution(
        name -> name.equals("padding") && call.find(name) == null ? (Long) 0L : call.find(name),
        weight.shape(),
        in.shape(),
        in.dtype());
  }

  private static @Nullable Tensor convolution(
      Function<String, @Nullable Object> setting, Shape weight, Shape in, DType dtype) {
    int spatial = weight.rank() - 2;
    Object padding = setting.apply("padding");
    boolean fits =
        in.rank() == spatial + 2
            && !(padding instanceof String)
            && longs(setting.apply("groups"), 0) * weight.dim(1) == in.dim(1);
    if (!fits) {
      return null; // unbatched or malformed: the kernel decides
    }
    long[] out = new long[in.rank()];
    out[0] = in.dim(0);
    out[1] = weight.dim(0);
    for (int i = 0; i < spatial; i++) {
      long reach = longs(setting.apply("dilation"), i) * (weight.dim(i + 2) - 1) + 1;
      long room = in.dim(i + 2) + 2 * longs(padding, i) - reach;
      if (room < 0) {
        return null;
      }
      out[i + 2] = room / longs(setting.apply("stride"), i) + 1;
    }
    return Zeros.of(dtype, LayoutRules.shape(out));
  }

  private static long longs(@Nullable Object value, int index) {
    if (value instanceof List<?> l) {
      return (Long) l.get(Math.min(index, l.size() - 1));
    }
    if (value instanceof Tuple t) {
      return (Long) t.item(Math.min(index, t.size() - 1));
    }
    return value instanceof Long l ? l : value == null || value == None.NONE ? 1 : -1;
  }
}
