package io.octant.autograd;

import static io.octant.autograd.Derivatives.calling;
import static io.octant.autograd.Derivatives.check;
import static io.octant.autograd.Derivatives.graph;
import static io.octant.autograd.Derivatives.positive;
import static io.octant.autograd.Derivatives.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.container.Sequential;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.embedding.Embedding;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.GroupNorm;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.padding.ReflectionPad2d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.shape.Flatten;
import io.octant.nn.shape.PixelShuffle;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every derivative rule against central differences in double. */
class DerivativeRulesTest {
  private static final String F = "torch.nn.functional.";

  /** One case: a call with the inputs {@code x0}, {@code x1}, … in the place of {@link #X}. */
  private record Case(String name, GraphModule model, Tensor... inputs) {}

  private final List<Case> cases = new ArrayList<>();

  /** Stands for the next input. */
  private static final Object X = new Tuple(List.of("input"));

  private void add(String function, List<?> args, Map<String, ?> kwargs, Tensor... inputs) {
    int[] next = {0};
    GraphModule model =
        graph(
            inputs.length,
            (g, x) -> {
              List<Object> placed = args.stream().<Object>map(a -> place(a, x, next)).toList();
              return function.startsWith(".")
                  ? g.callMethod(function.substring(1), placed, kwargs)
                  : g.callFunction(FunctionType.of(function), placed, kwargs);
            });
    cases.add(new Case(function + args + kwargs, model, inputs));
  }

  private static Object place(Object a, List<io.octant.graph.Node> x, int[] next) {
    if (a == X) {
      return x.get(next[0]++);
    }
    return a instanceof List<?> list
        ? list.stream().<Object>map(item -> place(item, x, next)).toList()
        : a;
  }

  private void add(String function, List<?> args, Tensor... inputs) {
    add(function, args, Map.of(), inputs);
  }

  private void unary(Tensor input, String... functions) {
    for (String f : functions) {
      add(f, List.of(X), input);
    }
  }

  private static Tensor longs(int[] dims, long... values) {
    return Tensor.of(DType.INT64, Shape.of(dims), values);
  }

  private static int[] dims(int... d) {
    return d;
  }

  private static List<Long> ints(long... v) {
    return Arrays.stream(v).boxed().toList();
  }

  @TestFactory
  Stream<DynamicTest> agreesWithCentralDifferences() {
    pointwise();
    pairs();
    reductions();
    movements();
    joins();
    layers();
    products();
    modules();
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c.model, c.inputs)));
  }

  private void pointwise() {
    Tensor x = values(1, 3, 4);
    for (String f :
        List.of(
            "relu",
            "relu6",
            "sigmoid",
            "tanh",
            "hardsigmoid",
            "hardswish",
            "silu",
            "mish",
            "selu",
            "softsign",
            "logsigmoid",
            "tanhshrink",
            "gelu",
            "hardtanh",
            "leaky_relu",
            "elu",
            "celu",
            "softplus",
            "hardshrink",
            "softshrink",
            "rrelu")) {
      add(F + f, List.of(X), x);
    }
    add(F + "gelu", List.of(X), Map.of("approximate", "tanh"), x);
    add(F + "celu", List.of(X, 0.7), x);
    add(F + "threshold", List.of(X, 0.3, -1.0), x);
    add(F + "dropout", List.of(X, 0.5, false), x);
    unary(
        x,
        "torch.abs",
        "torch.neg",
        "torch.frac",
        "torch.nan_to_num",
        "torch.square",
        "torch.exp",
        "torch.expm1",
        "torch.exp2",
        "torch.erf",
        "torch.erfc",
        "torch.sin",
        "torch.cos",
        "torch.tan",
        "torch.atan",
        "torch.arctan",
        "torch.deg2rad",
        "torch.rad2deg",
        "torch.sinh",
        "torch.cosh",
        "torch.asinh",
        "operator.pos",
        "torch.clone",
        ".contiguous");
    Tensor p = positive(2, 3, 4);
    unary(
        p,
        "torch.sqrt",
        "torch.rsqrt",
        "torch.reciprocal",
        "torch.log",
        "torch.log2",
        "torch.log10",
        "torch.log1p");
    double[] small = new double[12];
    for (int i = 0; i < 12; i++) {
      small[i] = x.doubles()[i] / 2.5;
    }
    Tensor within = Tensor.of(DType.FLOAT64, Shape.of(3, 4), small);
    unary(within, "torch.asin", "torch.arcsin", "torch.acos", "torch.arccos", "torch.atanh");
    double[] large = Arrays.stream(p.doubles()).map(v -> v + 1).toArray();
    unary(Tensor.of(DType.FLOAT64, Shape.of(3, 4), large), "torch.acosh");
    add("torch.clamp", List.of(X, -0.7, 0.8), x);
    add("torch.clamp", List.of(X), Map.of("max", 0.8), x);
    add("torch.clamp_min", List.of(X, -0.7), x);
    add("torch.clamp_max", List.of(X, X), x, values(3, 3, 4));
  }

  private void pairs() {
    Tensor x = values(4, 2, 3, 4);
    Tensor y = values(5, 3, 1);
    Tensor p = positive(6, 2, 3, 4);
    for (String f :
        List.of(
            "add",
            "sub",
            "mul",
            "div",
            "maximum",
            "minimum",
            "fmax",
            "fmin",
            "atan2",
            "hypot",
            "copysign",
            "remainder",
            "fmod")) {
      add("torch." + f, List.of(X, X), x, y);
    }
    add("torch.pow", List.of(X, X), p, y);
    add("torch.pow", List.of(X, 2L), x);
    add("operator.pow", List.of(2.5, X), y);
    add("torch.add", List.of(X, X), Map.of("alpha", 2.5), y, x);
    add("torch.sub", List.of(X, 3L), Map.of("alpha", 2L), x);
    add("torch.rsub", List.of(X, X), Map.of("alpha", 2L), x, y);
    add("operator.add", List.of(X, X), x, y);
    add("operator.sub", List.of(1.5, X), y);
    add("operator.mul", List.of(X, 1.5), x);
    add("operator.truediv", List.of(1.5, X), y);
    Tensor mask =
        Tensor.of(DType.BOOL, Shape.of(3, 4), new int[] {1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0});
    add("torch.where", List.of(X, X, X), mask, x, y);
    add("torch.masked_fill", List.of(X, X, 2.0), x, mask);
    add("torch.lerp", List.of(X, X, X), x, y, values(7, 4));
    add("torch.addcmul", List.of(X, X, X), Map.of("value", 0.5), x, y, values(8, 4));
    add("torch.addcdiv", List.of(X, X, X), Map.of("value", 0.5), x, y, positive(9, 4));
    add(".to", List.of(X, DType.FLOAT64), x);
    add(".double", List.of(X), x);
    add(".type_as", List.of(X, X), x, y);
  }

  private void reductions() {
    Tensor x = values(10, 2, 3, 4);
    for (String f : List.of("sum", "mean", "amax", "amin", "var", "std", "norm")) {
      add("torch." + f, List.of(X), x);
      add("torch." + f, List.of(X), Map.of("dim", ints(0, -1)), x);
      add("torch." + f, List.of(X), Map.of("dim", 1L, "keepdim", true), x);
    }
    add("torch.norm", List.of(X, 3.0, 1L), x);
    add("torch.norm", List.of(X, 1L, 1L), x);
    add("torch.max", List.of(X), x);
    firstItem("torch.min", x, 1L);
    firstItem("torch.max", x, -1L, true);
    add("torch.max", List.of(X, X), x, values(11, 3, 4));
    add("torch.var", List.of(X, 1L), Map.of("correction", 0L), x);
    add("torch.logsumexp", List.of(X, ints(1, 2)), x);
    for (String f : List.of("softmax", "log_softmax", "softmin")) {
      add(F + f, List.of(X, 1L), x);
    }
    add("torch.softmax", List.of(X, -1L), x);
    add("torch.cumsum", List.of(X, 1L), x);
  }

  private void movements() {
    Tensor x = values(12, 2, 3, 4);
    add("torch.reshape", List.of(X, ints(4, -1)), x);
    add(".view", List.of(X, 6L, 4L), x);
    add("torch.flatten", List.of(X, 1L), x);
    add("torch.ravel", List.of(X), x);
    add(".view_as", List.of(X, X), x, values(13, 4, 6));
    add("torch.unflatten", List.of(X, 2L, ints(2, 2)), x);
    add("torch.permute", List.of(X, ints(2, 0, 1)), x);
    add(".permute", List.of(X, 2L, 0L, 1L), x);
    add("torch.transpose", List.of(X, 0L, -1L), x);
    add("torch.swapaxes", List.of(X, 0L, 1L), x);
    add("torch.t", List.of(X), values(14, 2, 3));
    add("torch.squeeze", List.of(X, 1L), values(15, 2, 1, 3));
    add("torch.unsqueeze", List.of(X, 1L), x);
    add(".expand", List.of(X, 5L, -1L, 4L), values(16, 3, 1));
    add(".expand_as", List.of(X, X), values(17, 3, 1), x);
    add("torch.broadcast_to", List.of(X, ints(2, 3, 4)), values(18, 3, 1));
    add(".repeat", List.of(X, 2L, 1L, 2L), x);
    add("torch.tile", List.of(X, ints(2, 1)), x);
    add("torch.repeat_interleave", List.of(X, 2L, 1L), x);
    add("torch.flip", List.of(X, ints(0, 2)), x);
    add("torch.fliplr", List.of(X), x);
    add("torch.flipud", List.of(X), x);
    add("torch.roll", List.of(X, 1L, 1L), x);
    add("torch.rot90", List.of(X, 1L, ints(0, 1)), x);
    add("torch.movedim", List.of(X, 0L, 2L), x);
    add("torch.diagonal", List.of(X, 0L, 1L, 2L), x);
    add("torch.tril", List.of(X), x);
    add("torch.triu", List.of(X, 1L), x);
    add("torch.narrow", List.of(X, 2L, 1L, 2L), x);
    add("torch.select", List.of(X, 1L, -1L), x);
    add("operator.getitem", List.of(X, 1L), x);
    Slice all = new Slice(None.NONE, None.NONE, None.NONE);
    add("operator.getitem", List.of(X, Tuple.of(all, new Slice(0L, 3L, 2L))), x);
    add("torch.index_select", List.of(X, 1L, X), x, longs(dims(4), 2, 0, 0, 1));
    add(
        "torch.gather",
        List.of(X, 2L, X),
        x,
        longs(dims(2, 3, 2), 3, 0, 1, 1, 2, 3, 0, 0, 1, 2, 3, 3));
    add("octant.gather_nd", List.of(X, X), x, longs(dims(2, 2), 1, 2, 0, 0));
    add("torch.index_fill", List.of(X, 1L, X, 2.0), x, longs(dims(2), 2, 0));
    Tensor at = longs(dims(2, 3, 1), 3, 0, 1, 1, 2, 3);
    add("torch.scatter", List.of(X, 2L, X, X), x, at, values(19, 2, 3, 1));
    add("torch.scatter_add", List.of(X, 2L, X, X), x, at, values(19, 2, 3, 1));
    Tensor image = values(20, 1, 4, 4, 4);
    add(F + "pad", List.of(X, ints(1, 2, 0, 1)), x);
    add(F + "pad", List.of(X, ints(1, -1), "constant", 3.0), x);
    add(F + "pad", List.of(X, ints(1, 2), "reflect"), x);
    add(F + "pad", List.of(X, ints(1, 2), "replicate"), x);
    add(F + "pad", List.of(X, ints(1, 2), "circular"), x);
    add(F + "pixel_shuffle", List.of(X, 2L), image);
    add(F + "pixel_unshuffle", List.of(X, 2L), image);
    add(F + "channel_shuffle", List.of(X, 2L), image);
    add(F + "unfold", List.of(X, ints(2, 3), 1L, 1L, 2L), image);
    add(F + "fold", List.of(X, ints(4, 4), 2L, 1L, 0L, 2L), values(21, 1, 8, 4));
    add("octant.reverse_sequence", List.of(X, X, 0L, 1L), x, longs(dims(2), 2, 3));
  }

  private void joins() {
    Tensor x = values(22, 2, 3);
    add("torch.cat", List.of(List.of(X, X, X), 1L), x, values(23, 2, 1), x);
    add("torch.stack", List.of(List.of(X, X), -1L), x, values(24, 2, 3));
    for (String f : List.of("hstack", "vstack", "dstack", "column_stack")) {
      add("torch." + f, List.of(List.of(X, X)), x, values(25, 2, 3));
    }
    Tensor y = values(26, 4, 6, 2);
    for (String f : List.of("torch.chunk", "torch.split", "torch.tensor_split")) {
      part(f, y, 2L, 1L);
    }
    part("torch.split", y, ints(1, 5), 1L);
    part("torch.unbind", y, 1L);
    part("torch.var_mean", y, 1L);
    part("torch.std_mean", y, ints(0, 2), false, true);
    part("torch.var_mean", y, true);
    part("torch.vsplit", y, 2L);
    part("torch.hsplit", y, 2L);
    part("torch.dsplit", y, 2L);
  }

  /** Items of a tuple, one of them used twice. */
  private void part(String function, Tensor x, Object... args) {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              List<Object> all = new ArrayList<>(List.of(in.get(0)));
              all.addAll(List.of(args));
              var parts = g.callFunction(FunctionType.of(function), all, Map.of());
              var first = g.callFunction(FunctionType.of("operator.getitem"), parts, 0L);
              var second = g.callFunction(FunctionType.of("operator.getitem"), parts, 1L);
              return Tuple.of(
                  g.callFunction(FunctionType.of("torch.square"), first), second, first);
            });
    cases.add(new Case(function + List.of(args), model, x));
  }

  private void layers() {
    Tensor weight = values(31, 4, 2, 3, 2);
    add(
        F + "conv1d",
        List.of(X, X, X, 2L, 1L),
        values(30, 2, 2, 7),
        values(31, 3, 2, 3),
        values(32, 3));
    add(
        F + "conv2d",
        List.of(X, X, X, ints(2, 1), ints(1, 0), ints(1, 2), 2L),
        values(30, 2, 4, 5, 6),
        weight,
        values(32, 4));
    add(F + "conv2d", List.of(X, X, None.NONE, 1L, "same"), values(30, 1, 2, 4, 4), weight);
    add(F + "conv2d", List.of(X, X), values(30, 2, 4, 4), weight);
    add(
        F + "conv3d",
        List.of(X, X, X, 1L, 1L, 1L, 3L),
        values(33, 1, 3, 3, 2, 2),
        values(34, 3, 1, 2, 2, 2),
        values(35, 3));
    add(
        F + "conv_transpose1d",
        List.of(X, X, X, 2L, 1L),
        values(36, 2, 2, 4),
        values(37, 2, 3, 3),
        values(38, 3));
    add(
        F + "conv_transpose2d",
        List.of(X, X, X, 2L, 1L, 1L, 2L, 1L),
        values(36, 2, 4, 3, 2),
        values(37, 4, 2, 3, 2),
        values(38, 4));
    add(
        F + "conv_transpose3d",
        List.of(X, X),
        values(36, 1, 2, 2, 2, 2),
        values(37, 2, 1, 2, 1, 2));
    Tensor image = values(40, 2, 2, 5, 6);
    for (String f : List.of("max_pool2d", "avg_pool2d")) {
      add(F + f, List.of(X, ints(3, 2), ints(2, 1), ints(1, 0)), image);
      add(F + f, List.of(X, 2L), Map.of("ceil_mode", true), image);
    }
    add(F + "max_pool2d", List.of(X, 2L, 1L, 0L, 2L), image);
    add(F + "avg_pool2d", List.of(X, 3L, 2L, 1L, true, false), image);
    add(F + "avg_pool2d", List.of(X, 3L), Map.of("divisor_override", 5L), image);
    add(F + "max_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "avg_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "max_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 2));
    add(F + "avg_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 2));
    add(F + "adaptive_avg_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "adaptive_avg_pool2d", List.of(X, Tuple.of(3L, None.NONE)), image);
    add(F + "adaptive_avg_pool2d", List.of(X, 1L), image);
    add(F + "adaptive_avg_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 3));
    add(F + "adaptive_max_pool1d", List.of(X, 2L), values(41, 2, 2, 5));
    add(F + "adaptive_max_pool2d", List.of(X, ints(2, 3)), image);
    add(F + "adaptive_max_pool3d", List.of(X, 2L), values(42, 1, 2, 2, 4, 3));
    firstItem("torch.sort", image, 2L, true);
    firstItem("torch.topk", image, 3L, 2L);
    firstItem("torch.topk", image, 2L, -1L, false);
    add(F + "normalize", List.of(X), image);
    add(F + "normalize", List.of(X, 3.0, -1L), image);
    add(F + "normalize", List.of(X, 2.0, 1L, 1.7), image);
    for (int rank = 1; rank <= 3; rank++) {
      int[] shape = Arrays.copyOf(dims(1, 2, 4, 3, 3), rank + 2);
      firstItem(F + "max_pool" + rank + "d_with_indices", values(43, shape), 2L);
      firstItem(F + "adaptive_max_pool" + rank + "d_with_indices", values(43, shape), 2L);
    }
    Tensor w = values(44, 2);
    Tensor b = values(45, 2);
    add(F + "batch_norm", List.of(X, None.NONE, None.NONE, X, X, true), image, w, b);
    add(
        F + "batch_norm",
        List.of(X, longs(dims(2), 1, 2), longs(dims(2), 3, 2), X, X),
        image,
        w,
        b);
    add(F + "instance_norm", List.of(X, None.NONE, None.NONE, X, X), image, w, b);
    add(F + "layer_norm", List.of(X, ints(5, 6)), image);
    add(F + "layer_norm", List.of(X, ints(6), X, X), image, values(46, 6), values(47, 6));
    add(F + "group_norm", List.of(X, 2L, X, X), values(48, 2, 4, 3), values(49, 4), values(50, 4));
    add(F + "rms_norm", List.of(X, ints(6), X), image, values(46, 6));
    add(F + "embedding", List.of(X, X), longs(dims(2, 3), 0, 3, 3, 1, 0, 2), values(51, 4, 2));
    add(F + "glu", List.of(X, 1L), image);
    for (String mode : List.of("nearest", "nearest-exact", "bilinear", "bicubic", "area")) {
      add(F + "interpolate", List.of(X, ints(7, 4)), Map.of("mode", mode), image);
      add(F + "interpolate", List.of(X), Map.of("mode", mode, "scale_factor", 1.5), image);
    }
    add(
        F + "interpolate",
        List.of(X, ints(7, 4)),
        Map.of("mode", "bilinear", "align_corners", true),
        image);
    add(F + "prelu", List.of(X, X), image, w);
    add(F + "prelu", List.of(X, X), image, values(52, 1));
  }

  /** The item of a tuple that has a gradient. */
  private void firstItem(String function, Tensor x, Object... args) {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              List<Object> all = new ArrayList<>(List.of(in.get(0)));
              all.addAll(List.of(args));
              var both = g.callFunction(FunctionType.of(function), all, Map.of());
              return g.callFunction(FunctionType.of("operator.getitem"), both, 0L);
            });
    cases.add(new Case(function + List.of(args), model, x));
  }

  private void products() {
    add("torch.matmul", List.of(X, X), values(60, 2, 3, 4), values(61, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 3, 4), values(61, 2, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 4), values(61, 2, 4, 2));
    add("torch.matmul", List.of(X, X), values(60, 2, 3, 4), values(61, 4));
    add("operator.matmul", List.of(X, X), values(60, 4), values(61, 4));
    add("torch.bmm", List.of(X, X), values(60, 2, 3, 4), values(61, 2, 4, 2));
    add("torch.mv", List.of(X, X), values(60, 3, 4), values(61, 4));
    add("torch.dot", List.of(X, X), values(60, 4), values(61, 4));
    add("torch.outer", List.of(X, X), values(60, 4), values(61, 3));
    add(
        "torch.addmm",
        List.of(X, X, X),
        Map.of("beta", 0.5, "alpha", 2.0),
        values(62, 2),
        values(60, 3, 4),
        values(61, 4, 2));
    add(
        "torch.baddbmm",
        List.of(X, X, X),
        values(62, 1, 2),
        values(60, 2, 3, 4),
        values(61, 2, 4, 2));
    add("torch.addmv", List.of(X, X, X), values(62, 3), values(60, 3, 4), values(61, 4));
    add(F + "linear", List.of(X, X, X), values(60, 2, 3, 4), values(61, 5, 4), values(62, 5));
    add(F + "linear", List.of(X, X), values(60, 4), values(61, 5, 4));
    Tensor q = values(63, 2, 3, 4);
    Tensor k = values(64, 2, 5, 4);
    Tensor v = values(65, 2, 5, 2);
    String attention = F + "scaled_dot_product_attention";
    add(attention, List.of(X, X, X), q, k, v);
    add(attention, List.of(X, X, X), Map.of("is_causal", true, "scale", 0.3), q, q, q);
    Tensor mask =
        Tensor.of(
            DType.BOOL, Shape.of(3, 5), new int[] {1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1});
    add(attention, List.of(X, X, X, X), q, k, v, mask);
  }

  private void modules() {
    Tensor image = values(70, 2, 4, 5, 5);
    module(new Conv2d(ConvSettings.of(4, 2, 3).withPadding(1).withStride(2)), image);
    module(new ConvTranspose2d(ConvSettings.of(4, 2, 3).withStride(2)), image);
    module(new Linear(5, 3), image);
    module(new BatchNorm2d(4), image);
    module(new LayerNorm(5, 5), image);
    module(new GroupNorm(2, 4), image);
    module(new PReLU(4, 0.2), image);
    module(new ReflectionPad2d(1), image);
    module(new Softmax2d(), image);
    module(new AvgPool2d(2), image);
    module(new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1)), image);
    module(new Flatten(), image);
    module(new GELU(), image);
    module(new PixelShuffle(2), image);
    module(new Embedding(4, 3), longs(dims(3), 0, 3, 3));
    module(new Sequential(new Linear(5, 3), new GELU(), new Linear(3, 2)), image);
  }

  private void module(Module module, Tensor... inputs) {
    cases.add(new Case(module.type().name(), calling(module, inputs.length), inputs));
  }

  @Test
  void anItemThatNoRuleReadsIsRefused() {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              var both = g.callFunction(FunctionType.of("torch.topk"), in.get(0), 2L);
              return g.callFunction(FunctionType.of("operator.getitem"), both, -2L);
            });
    assertThatThrownBy(() -> Differentiated.of(model, List.of("x0")))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("topk: item -2 of its result has no derivative");
  }

  @Test
  void everyRowHasARuleOrAReason() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    String text =
        new String(
            Objects.requireNonNull(getClass().getResourceAsStream("without-derivative.txt"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    text.lines()
        .filter(l -> !l.isBlank() && !l.startsWith("#"))
        .forEach(
            l -> reasons.put(l.substring(0, l.indexOf(": ")), l.substring(l.indexOf(": ") + 2)));
    List<String> without =
        Operators.standard().rows().stream()
            .filter(r -> !r.family().startsWith("quantize") && !r.family().equals("decomposed"))
            .filter(r -> !r.family().equals("gradient") && !r.name().startsWith("quantized."))
            .map(OperatorRow::name)
            .filter(n -> !DerivativeRules.has(n) && !DerivativeRules.stops(n))
            .sorted()
            .toList();
    assertThat(without).containsExactlyElementsOf(reasons.keySet());
  }
}
