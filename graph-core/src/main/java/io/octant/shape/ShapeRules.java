package io.octant.shape;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.reference.kernel.Einsum;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Output shapes of the operators that are costly to run for their shape alone: convolutions, linear
 * layers, matrix products, and what keeps the shape of its input. Results are float32 zeros.
 */
final class ShapeRules {
  private static final Pattern CONVOLUTION =
      Pattern.compile("torch\\.(ao\\.)?nn\\.([a-z.]*\\.)?(Conv(Bn)?(ReLU)?|ConvAdd(ReLU)?)[123]d");
  private static final Pattern LINEAR =
      Pattern.compile("torch\\.(ao\\.)?nn\\.([a-z.]*\\.)?Linear(ReLU|LeakyReLU|Tanh|Bn1d)?");
  private static final Set<String> MATMUL = Set.of("torch.matmul", "operator.matmul", "torch.bmm");

  /** Modules from one float tensor to another of its shape. */
  private static final Pattern KEEPING =
      Pattern.compile(
          "torch\\.nn\\.(ReLU6?|PReLU|Mish|Softplus|Softsign|CELU|SELU|LogSoftmax|Hardtanh|Hardswish|Hardsigmoid|Sigmoid|Tanh|GELU|SiLU|LeakyReLU|ELU"
              + "|Softmax|Softmin|Softmax2d|Hardshrink|Softshrink|Tanhshrink|RReLU|(Batch|Instance)Norm[123]d|GroupNorm"
              + "|LayerNorm|RMSNorm|LocalResponseNorm|Dropout|(Feature)?AlphaDropout|Identity)");

  private static final Set<String> ACTIVATIONS =
      Set.of(
          "torch.nn.functional.relu",
          "torch.nn.functional.relu6",
          "torch.nn.functional.hardtanh",
          "torch.nn.functional.hardswish",
          "torch.nn.functional.hardsigmoid",
          "torch.nn.functional.gelu",
          "torch.nn.functional.silu",
          "torch.nn.functional.softmax",
          "torch.nn.functional.log_softmax",
          "torch.nn.functional.layer_norm",
          "torch.nn.functional.leaky_relu",
          "torch.nn.functional.elu",
          "torch.nn.functional.celu",
          "torch.nn.functional.selu",
          "torch.nn.functional.mish",
          "torch.nn.functional.softplus",
          "torch.nn.functional.softsign",
          "torch.nn.functional.prelu",
          "torch.nn.functional.group_norm",
          "torch.nn.functional.instance_norm",
          "torch.nn.functional.batch_norm",
          "torch.abs",
          "torch.ceil",
          "torch.cos",
          "torch.erf",
          "torch.exp",
          "torch.floor",
          "torch.log",
          "torch.reciprocal",
          "torch.round",
          "torch.sign",
          "torch.sin",
          "torch.sqrt",
          "torch.clamp",
          "torch.cumsum",
          "operator.neg",
          "torch.sigmoid",
          "torch.tanh");

  private static final Set<String> ARITHMETIC =
      Set.of(
          "operator.add",
          "operator.sub",
          "operator.mul",
          "operator.truediv",
          "torch.maximum",
          "torch.minimum",
          "torch.pow");

  /** Zeros stand for values that are not known here: integers cannot be divided by them. */
  private static final Set<String> DIVISION =
      Set.of(
          "torch.div",
          "torch.floor_divide",
          "torch.remainder",
          "torch.fmod",
          "operator.floordiv",
          "operator.mod");

  private ShapeRules() {}

  /** The result of calling a module on its inputs; null if it must be run. */
  static @Nullable Tensor module(Module module, List<Object> args) {
    if (args.isEmpty() || !(args.get(0) instanceof Tensor in) || !in.dtype().isFloatingPoint()) {
      return null;
    }
    String type = module.type().name();
    if (KEEPING.matcher(type).matches()) {
      return in;
    }
    Shape pooled =
        in.dtype() == DType.FLOAT32
            ? LayoutRules.pool(type, in.shape(), module.hyperparameters())
            : null;
    if (pooled != null) {
      return Zeros.of(DType.FLOAT32, pooled);
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
    if (type.startsWith("torch.nn.ConvTranspose")) {
      return transposed(layer, weight.shape(), in.shape());
    }
    if (CONVOLUTION.matcher(type).matches()) {
      return convolution(layer, weight.shape(), in.shape());
    }
    if (type.equals("torch.nn.Bilinear") && in.shape().rank() > 0) {
      return Zeros.of(DType.FLOAT32, in.shape().withDim(-1, weight.shape().dim(0)));
    }
    return LINEAR.matcher(type).matches() ? linear(in.shape(), weight.shape()) : null;
  }

  /** The result of a function; null if it must be run. */
  static @Nullable Object function(
      FunctionType function, List<Object> args, Map<String, Object> kwargs) {
    Tensor known = arithmetic(function, args, kwargs);
    if (known != null) {
      return known;
    }
    Object joined = LayoutRules.joinedOrSplit(function.shortName(), args, kwargs);
    if (joined != null) {
      return joined;
    }
    Shape moved = LayoutRules.function(function.shortName(), args, kwargs);
    return moved == null ? null : Zeros.of(((Tensor) args.get(0)).dtype(), moved);
  }

  private static @Nullable Tensor arithmetic(
      FunctionType function, List<Object> args, Map<String, Object> kwargs) {
    if (!args.isEmpty()
        && args.get(0) instanceof Tensor in
        && in.dtype() == DType.FLOAT32
        && kwargs.getOrDefault("dtype", None.NONE) == None.NONE
        && keeps(function.name(), in, args)) {
      return in;
    }
    if (function.name().equals("torch.einsum")
        && args.get(0) instanceof String equation
        && args.stream().skip(1).allMatch(a -> a instanceof Tensor t && isFloat(t))) {
      List<Tensor> operands = args.stream().skip(1).map(Tensor.class::cast).toList();
      return Zeros.of(DType.FLOAT32, Einsum.shape(equation, operands));
    }
    if (args.size() < 2
        || !(args.get(0) instanceof Tensor a)
        || !(args.get(1) instanceof Tensor b)
        || a.isQuantized()) {
      return null;
    }
    if (ARITHMETIC.contains(function.name()) && isFloat(a) && isFloat(b) && args.size() == 2) {
      return Zeros.of(DType.FLOAT32, Shape.broadcast(a.shape(), b.shape()));
    }
    if (MATMUL.contains(function.name()) && isFloat(a) && isFloat(b)) {
      return matmul(a.shape(), b.shape());
    }
    if (DIVISION.contains(function.name()) && !b.dtype().isFloatingPoint() && hasZero(b)) {
      return Zeros.of(a.dtype(), Shape.broadcast(a.shape(), b.shape())); // stands for any numbers
    }
    return function.name().equals("torch.nn.functional.linear") && isFloat(a) && isFloat(b)
        ? linear(a.shape(), b.shape())
        : null;
  }

  private static boolean isFloat(Tensor t) {
    return t.dtype() == DType.FLOAT32;
  }

  /** Whether a float32 result has the first operand's shape, its content being unknown anyway. */
  private static boolean keeps(String function, Tensor in, List<Object> args) {
    if (ARITHMETIC.contains(function)) {
      Object other = args.size() == 2 ? args.get(1) : in;
      return other instanceof Number
          || (other instanceof Tensor t
              && t.dtype() == DType.FLOAT32
              && t.shape().equals(in.shape()));
    }
    return ACTIVATIONS.contains(function);
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

  private static @Nullable Tensor convolution(Module conv, Shape weight, Shape in) {
    Map<String, Object> hyper = conv.hyperparameters();
    int spatial = weight.rank() - 2;
    Object padding = hyper.get("padding");
    boolean fits =
        in.rank() == spatial + 2
            && !(padding instanceof String)
            && longs(hyper.get("groups"), 0) * weight.dim(1) == in.dim(1);
    if (!fits) {
      return null; // unbatched or malformed: the kernel decides
    }
    long[] out = new long[in.rank()];
    out[0] = in.dim(0);
    out[1] = weight.dim(0);
    for (int i = 0; i < spatial; i++) {
      long reach = longs(hyper.get("dilation"), i) * (weight.dim(i + 2) - 1) + 1;
      long room = in.dim(i + 2) + 2 * longs(padding, i) - reach;
      if (room < 0) {
        return null;
      }
      out[i + 2] = room / longs(hyper.get("stride"), i) + 1;
    }
    return Zeros.of(DType.FLOAT32, LayoutRules.shape(out));
  }

  private static long longs(@Nullable Object value, int index) {
    if (value instanceof Tuple t) {
      return (Long) t.item(Math.min(index, t.size() - 1));
    }
    return value instanceof Long l ? l : value == null || value == None.NONE ? 1 : -1;
  }
}
