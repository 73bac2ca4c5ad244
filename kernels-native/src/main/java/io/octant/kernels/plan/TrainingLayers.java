package io.octant.kernels.plan;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.TrainingKernels;
import io.octant.kernels.binding.TrainingKernels.Direction;
import io.octant.kernels.binding.Unary;
import io.octant.kernels.binding.Window;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Layers whose weights are values of run time, and gradients. */
final class TrainingLayers {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final FunctionType MAX_POOL_GRADIENT = FunctionType.of("octant.gradient.max_pool");

  private final TrainingCompiler compiler;
  private final PlanBuilder plan;

  TrainingLayers(TrainingCompiler compiler) {
    this.compiler = compiler;
    this.plan = compiler.plan();
  }

  /**
   * The value of a node, null if it is none of these.
   *
   * @throws io.octant.kernels.binding.UnsupportedKernelException if there is no kernel for these
   *     operands
   */
  @Nullable Object lower(Node n) {
    OperatorRow row = row(n);
    if (row == null) {
      return null;
    }
    return switch (row.name()) {
      case "conv1d", "conv2d", "conv3d" -> convolution(arguments(n, row), row);
      case "linear" -> linear(arguments(n, row));
      case "gradient.convolution" -> convolutionGradient(arguments(n, row), items(n));
      case "gradient.linear" -> linearGradient(arguments(n, row), items(n));
      case "gradient.sum_to" -> sumTo(arguments(n, row));
      case "gradient.pairwise" -> product(arguments(n, row));
      case "max_pool2d_with_indices" -> indices(n);
      case "gradient.max_pool" -> maximum(n);
      case "gradient.adaptive_avg_pool" -> spread(arguments(n, row));
      default -> null;
    };
  }

  private @Nullable OperatorRow row(Node n) {
    if (n.operation() instanceof Operation.CallModule m) {
      Module module = compiler.model().module(m.target());
      return module.type().name().startsWith("torch.nn.")
          ? Operators.standard().findModule(module.type().name())
          : null;
    }
    return n.operation() instanceof Operation.CallFunction f
        ? Operators.standard().findCall(f.target())
        : null;
  }

  /** The arguments by name; of a module, its settings and what it holds. */
  private NamedValues arguments(Node n, OperatorRow row) {
    Call call = compiler.call(n);
    if (!(n.operation() instanceof Operation.CallModule m)) {
      return call.bind(Signature.parse(row.call(n.target()).parameters()));
    }
    Module module = compiler.model().module(m.target());
    Map<String, Object> all = new LinkedHashMap<>(module.hyperparameters());
    all.put("bias", None.NONE);
    module.parameters().keySet().forEach(p -> all.put(p, compiler.attribute(m.target() + "." + p)));
    all.put("input", call.args().get(0));
    return new NamedValues(module.type().name(), all);
  }

  /** Which items of a tuple are read. */
  private static TreeSet<Integer> items(Node n) {
    TreeSet<Integer> out = new TreeSet<>();
    for (Node user : n.users()) {
      if (user.calls(GETITEM) && user.arg(1) instanceof Long i) {
        out.add(Math.toIntExact(i));
      } else {
        out.addAll(List.of(0, 1, 2));
      }
    }
    return out;
  }

  private static Activation floats(NamedValues args, String name) {
    Activation a = Call.activation(args.value(name));
    Site.require(a.isFloat(), "needs float32, not " + a.dtype());
    return a;
  }

  // ---- convolutions

  private record Convolution(
      ConvolutionLowerings.Geometry geometry, Shape weights, MemoryLayout layout) {
    static Convolution of(NamedValues args, Activation weight) {
      Site.require(
          !args.has("padding_mode") || args.text("padding_mode").equals("zeros"),
          "pads with something other than zeros");
      int axes = weight.rank() - 2;
      int[] kernel = Arrays.copyOfRange(weight.shape().toArray(), 2, 2 + axes);
      ConvolutionLowerings.Geometry g = ConvolutionLowerings.Geometry.of(args, axes, kernel);
      return new Convolution(g, weight.shape(), g.weights(ElementType.F32, weight.shape()));
    }
  }

  private Activation convolution(NamedValues args, OperatorRow row) {
    Activation weight = plan.rowMajor(floats(args, "weight"));
    Convolution c = Convolution.of(args, weight);
    Activation src = plan.channelsLast(floats(args, "input"));
    Site.require(src.rank() == weight.rank(), "needs a batch axis");
    Activation bias = args.isNone("bias") ? null : plan.rowMajor(floats(args, "bias"));
    MemoryLayout dst =
        MemoryLayout.channelsLast(ElementType.F32, c.geometry.output(src, c.weights.dim(0)));
    Activation out = plan.allocate(dst);
    List<Operand> operands = new ArrayList<>(List.of(plan.memory(src), plan.memory(weight)));
    if (bias != null) {
      operands.add(plan.memory(bias));
    }
    operands.add(plan.memory(out));
    emit(row.name() + "_f32", Direction.FORWARD, src.layout(), c, bias != null, dst, operands);
    return out;
  }

  private void emit(
      String operator,
      Direction direction,
      MemoryLayout src,
      Convolution c,
      boolean bias,
      MemoryLayout dst,
      List<Operand> operands) {
    plan.emit(
        operator,
        () -> TrainingKernels.convolution(direction, src, c.layout, bias, dst, c.geometry.window()),
        operands.toArray(Operand[]::new));
  }

  private Tuple convolutionGradient(NamedValues args, TreeSet<Integer> items) {
    Activation weight = plan.rowMajor(floats(args, "weight"));
    Convolution c = Convolution.of(args, weight);
    Activation grad = plan.channelsLast(floats(args, "grad"));
    Activation input = floats(args, "input");
    Site.require(grad.rank() == weight.rank(), "needs a batch axis");
    MemoryLayout src = MemoryLayout.channelsLast(ElementType.F32, input.dims());
    Object ofInput = None.NONE;
    Object ofWeight = None.NONE;
    Object ofBias = None.NONE;
    if (items.contains(0)) {
      Activation out = plan.allocate(src);
      emit(
          "conv_to_source_f32",
          Direction.TO_SOURCE,
          src,
          c,
          false,
          grad.layout(),
          List.of(plan.memory(grad), plan.memory(weight), plan.memory(out)));
      ofInput = out;
    }
    if (items.contains(1) || items.contains(2)) {
      boolean bias = items.contains(2);
      Activation x = plan.channelsLast(input);
      List<Operand> operands = new ArrayList<>(List.of(plan.memory(x), plan.memory(grad)));
      if (bias) {
        Activation b = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, weight.shape().dim(0)));
        operands.add(plan.memory(b));
        ofBias = b;
      }
      Activation w = plan.allocate(weight.layout());
      operands.add(plan.memory(w));
      emit("conv_to_weights_f32", Direction.TO_WEIGHTS, src, c, bias, grad.layout(), operands);
      ofWeight = w;
    }
    return Tuple.of(ofInput, ofWeight, ofBias);
  }

  // ---- linear

  private Activation linear(NamedValues args) {
    Activation input = floats(args, "input");
    Activation weight = plan.rowMajor(floats(args, "weight"));
    Activation src = MatrixLowerings.rows(plan, input);
    Activation product = MatrixLowerings.matmul(plan, src, transposed(weight));
    Activation out = product;
    if (!args.isNone("bias")) {
      Activation bias = plan.rowMajor(floats(args, "bias"));
      MemoryLayout row = bias.layout().reshape(1, bias.layout().dim(0)).orElseThrow();
      out = plan.allocate(product.layout());
      plan.emit(
          "add_f32",
          () -> {
            try (Attributes none = new Attributes()) {
              return Kernels.binary(Binary.ADD, product.layout(), row, product.layout(), none);
            }
          },
          plan.memory(product),
          plan.memory(bias),
          plan.memory(out));
    }
    long[] dims = input.dims();
    dims[dims.length - 1] = weight.shape().dim(0);
    return ShapeLowerings.reshape(plan, out, dims);
  }

  private Activation transposed(Activation matrix) {
    return plan.view(matrix, matrix.layout().permute(1, 0));
  }

  private Tuple linearGradient(NamedValues args, TreeSet<Integer> items) {
    Activation grad = plan.rowMajor(MatrixLowerings.rows(plan, floats(args, "grad")));
    Activation input = floats(args, "input");
    Activation weight = plan.rowMajor(floats(args, "weight"));
    Object ofInput = None.NONE;
    Object ofWeight = None.NONE;
    Object ofBias = None.NONE;
    if (items.contains(0)) {
      ofInput =
          ShapeLowerings.reshape(plan, MatrixLowerings.matmul(plan, grad, weight), input.dims());
    }
    if (items.contains(1)) {
      Activation rows = MatrixLowerings.rows(plan, input);
      ofWeight = MatrixLowerings.matmul(plan, transposed(grad), rows);
    }
    if (items.contains(2)) {
      long rows = grad.layout().dim(0);
      long columns = grad.layout().dim(1);
      Activation bias = plan.allocate(MemoryLayout.rowMajor(ElementType.F32, columns));
      plan.emit(
          "column_sums_f32",
          () -> TrainingKernels.columnSums(rows, columns, Kernels.FASTEST),
          plan.memory(grad),
          plan.memory(bias));
      ofBias = bias;
    }
    return Tuple.of(ofInput, ofWeight, ofBias);
  }

  // ---- others

  private static Activation sumTo(NamedValues args) {
    Activation grad = Call.activation(args.value("grad"));
    Site.require(grad.shape().equals(Shape.of(args.ints("shape"))), "sums over broadcast axes");
    return grad;
  }

  /** Gradients of a product with one number for each row. */
  private Object product(NamedValues args) {
    Site.require(
        args.text("function").equals("mul")
            && args.value("input") instanceof Activation
            && args.value("other") instanceof Activation,
        "no native gradient of " + args.text("function"));
    Activation input = plan.rowMajor(floats(args, "input"));
    Activation other = plan.rowMajor(floats(args, "other"));
    Activation grad = plan.rowMajor(floats(args, "grad"));
    int rows = input.rank() == 0 ? 0 : input.shape().dim(0);
    Site.require(
        rows > 0
            && grad.shape().equals(input.shape())
            && other.rank() == input.rank()
            && other.shape().numel() == rows
            && other.shape().dim(0) == rows
            && input.shape().numel() > 0,
        "no native gradient of products but by rows");
    Activation ofInput = PairLoop.combine(plan, Binary.MUL, grad, other);
    Activation ofOther = plan.allocate(other.layout());
    long columns = input.shape().numel() / rows;
    plan.emit(
        "row_products_f32",
        () -> TrainingKernels.rowProducts(rows, columns, Kernels.FASTEST),
        plan.memory(grad),
        plan.memory(input),
        plan.memory(ofOther));
    return Tuple.of(ofInput, ofOther);
  }

  /** Positions that the gradient of a max pool finds itself; null where others read them. */
  private static @Nullable Object indices(Node n) {
    boolean ofGradients =
        n.users().stream()
            .allMatch(
                item ->
                    item.calls(GETITEM)
                        && Long.valueOf(1).equals(item.arg(1))
                        && item.users().stream().allMatch(u -> u.calls(MAX_POOL_GRADIENT)));
    return ofGradients ? Tuple.of(None.NONE, None.NONE) : null;
  }

  private @Nullable Object maximum(Node n) {
    Node pool = n.arg(1) instanceof Node item && item.calls(GETITEM) ? (Node) item.arg(0) : n;
    OperatorRow row = row(pool);
    if (row == null || !row.name().equals("max_pool2d_with_indices") || indices(pool) == null) {
      return null;
    }
    NamedValues args = arguments(pool, row);
    Activation x = plan.channelsLast(floats(args, "input"));
    Activation grad = plan.channelsLast(compiler.resolve(n.arg(0)));
    Site.require(grad.isFloat() && x.rank() == 4, "needs images of float32");
    Window window = PoolingLowerings.window(x, args, args.ints("dilation", 2));
    Activation out = plan.allocate(x.layout());
    plan.emit(
        "max_pool2d_gradient_f32",
        () -> TrainingKernels.maxPoolGradient(x.layout(), grad.layout(), window, Kernels.FASTEST),
        plan.memory(grad),
        plan.memory(x),
        plan.memory(out));
    return out;
  }

  /** The gradient of an average over whole images: one value of each channel, everywhere. */
  private Activation spread(NamedValues args) {
    Activation grad = plan.rowMajor(floats(args, "grad"));
    Shape shape = Shape.of(args.ints("shape"));
    int axes = args.integer("axes");
    long size = 1;
    for (int i = shape.rank() - axes; i < shape.rank(); i++) {
      Site.require(grad.shape().dim(i) == 1, "averages parts of images");
      size *= shape.dim(i);
    }
    Site.require(grad.rank() == shape.rank() && shape.numel() > 0, "needs a batch axis");
    MemoryLayout flat = MemoryLayout.rowMajor(ElementType.F32, grad.shape().numel());
    Activation share = plan.allocate(grad.layout());
    float factor = 1f / size;
    plan.emit(
        "linear_f32",
        () -> {
          try (Attributes none = new Attributes()) {
            return Kernels.eltwise(Unary.LINEAR, factor, 0, flat, flat, none);
          }
        },
        plan.memory(grad),
        plan.memory(share));
    long[] dims = Arrays.stream(shape.toArray()).asLongStream().toArray();
    Activation out =
        plan.allocate(DType.FLOAT32, MemoryLayout.channelsLast(ElementType.F32, dims), null);
    plan.copyInto(plan.view(share, share.layout().expand(dims)), out);
    return out;
  }
}
