package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.Conv3d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose1d;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.convolution.ConvTranspose3d;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Single operators on the native engine: none of these may run on a reference kernel; 8-bit results
 * and integers equal the reference operator's bit for bit, floats to rounding.
 */
class NativeOperatorsTest {
  private static final String INTERPOLATE = "torch.nn.functional.interpolate";
  private static final Object NONE = None.NONE;
  private final NativeEngine engine = new NativeEngine();

  /** Builds a graph whose outputs are compared. */
  private interface Case extends Function<TestGraph, Object> {}

  private static Named<Case> named(String name, Case c) {
    return Named.of(name, c);
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(
            quantizedArithmetic(),
            floatArithmetic(),
            curves(),
            conversions(),
            moves(),
            resizing(),
            normalizations(),
            products(),
            convolutions(),
            transposedConvolutions())
        .flatMap(List::stream);
  }

  // ---- arithmetic

  private static List<Named<Case>> quantizedArithmetic() {
    List<Named<Case>> out = new ArrayList<>();
    for (String f : List.of("add", "mul", "add_relu", "mul_relu")) {
      String name = "torch.ops.quantized." + f;
      for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
        out.add(
            named(
                f + " stretches its first operand, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.input(2, 5, 1, 1), dtype),
                        quantized(g, g.input(2, 5, 3, 4), dtype),
                        0.05,
                        dtype == DType.QINT8 ? 3L : 40L)));
        out.add(
            named(
                f + " stretches both, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.input(3, 1, 4), dtype),
                        quantized(g, g.input(5, 1), dtype),
                        0.05,
                        7L)));
        out.add(
            named(
                f + " of a transposed tensor, " + dtype,
                g ->
                    g.function(
                        name,
                        g.method("transpose", quantized(g, g.input(2, 4, 5), dtype), 1, 2),
                        quantized(g, g.input(2, 5, 4), dtype),
                        0.05,
                        7L)));
        out.add(
            named(
                f + " of a constant, " + dtype,
                g ->
                    g.function(
                        name,
                        quantized(g, g.parameter("bias", 6), dtype),
                        quantized(g, g.input(2, 3, 6), dtype),
                        0.03,
                        5L)));
      }
      for (double number : new double[] {1.7, -0.6, 0}) {
        out.add(
            named(
                f + " of the number " + number,
                g -> g.function(name, number, quantized(g, g.input(4, 9), DType.QUINT8))));
      }
    }
    return out;
  }

  private static List<Named<Case>> floatArithmetic() {
    List<Named<Case>> out = new ArrayList<>();
    for (String f :
        List.of("torch.sub", "torch.div", "torch.maximum", "torch.minimum", "torch.add")) {
      out.add(named(f + " of equals", g -> g.function(f, g.input(3, 4), g.input(3, 4))));
      out.add(
          named(f + " of a stretched first", g -> g.function(f, g.input(4, 1), g.input(2, 4, 5))));
      out.add(named(f + " of two stretched", g -> g.function(f, g.input(4, 1), g.input(3))));
      out.add(
          named(
              f + " of a constant",
              g -> g.function(f, g.parameter("constant", 3, 1, 1), g.input(2, 3, 2, 2))));
    }
    for (String f : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
      out.add(named(f, g -> g.function("torch." + f, g.input(4, 1), g.input(3))));
      out.add(named(f + " of a number", g -> g.function("torch." + f, g.input(4, 3), 0.25)));
    }
    for (String f : List.of("and", "or", "xor")) {
      out.add(
          named(
              "logical_" + f,
              g -> {
                Node a = g.function("torch.gt", g.input(4, 3), 0.0);
                return g.function("torch.logical_" + f, a, g.function("torch.lt", g.input(3), 0.5));
              }));
    }
    out.add(
        named(
            "what a curve of oneDNN cannot take",
            g -> {
              Node x = g.function("operator.add", g.function("torch.abs", g.input(3, 5)), 1.0);
              return g.function("operator.mul", g.function("torch.tanh", x), g.input(3, 5));
            }));
    out.add(named("1 − x", g -> g.function("torch.sub", 1.0, g.input(2, 5))));
    out.add(named("pow 2", g -> g.function("torch.pow", g.input(2, 5), 2L)));
    out.add(
        named(
            "pow of a tensor",
            g -> g.function("torch.pow", g.function("torch.abs", g.input(2, 5)), g.input(5))));
    return out;
  }

  // ---- functions of one tensor

  private static List<Named<Case>> curves() {
    List<Named<Case>> out = new ArrayList<>();
    for (String f :
        List.of(
            "log",
            "log2",
            "log10",
            "log1p",
            "expm1",
            "exp2",
            "erf",
            "erfc",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "asinh",
            "acosh",
            "atanh",
            "floor",
            "ceil",
            "round",
            "trunc",
            "sign",
            "reciprocal",
            "rsqrt",
            "square")) {
      out.add(named(f, g -> g.function("torch." + f, domain(g, f))));
    }
    for (String f : List.of("softsign", "logsigmoid", "softplus", "selu", "celu")) {
      out.add(named(f, g -> g.function("torch.nn.functional." + f, g.input(3, 17))));
    }
    for (String f : List.of("hardshrink", "softshrink")) {
      out.add(named(f, g -> g.function("torch.nn.functional." + f, g.input(3, 17), 0.3)));
    }
    out.add(
        named("threshold", g -> g.function("torch.nn.functional.threshold", g.input(9), 0.1, 2.0)));
    for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
      out.add(
          named(
              "8-bit celu with a range of its own, " + dtype,
              g ->
                  g.function(
                      "torch.ops.quantized.celu",
                      quantized(g, g.input(2, 99), dtype),
                      0.013,
                      dtype == DType.QINT8 ? -40L : 70L,
                      0.7)));
    }
    out.add(
        named(
            "8-bit threshold",
            g ->
                g.function(
                    "torch.nn.functional.threshold",
                    quantized(g, g.input(2, 9), DType.QUINT8),
                    0.1,
                    0.5)));
    return out;
  }

  /** Numbers that a function is defined on. */
  private static Node domain(TestGraph g, String f) {
    Node x = g.input(3, 17);
    return switch (f) {
      case "log", "log2", "log10", "rsqrt", "log1p" -> g.function("torch.abs", x);
      case "asin", "acos", "atanh" -> g.function("operator.mul", x, 0.49);
      case "acosh" -> g.function("operator.add", g.function("torch.abs", x), 1.0);
      default -> x;
    };
  }

  private static List<Named<Case>> conversions() {
    List<Named<Case>> out = new ArrayList<>();
    for (DType to : List.of(DType.INT64, DType.INT32, DType.INT8, DType.UINT8, DType.BOOL)) {
      out.add(
          named(
              "to " + to + " and back",
              g -> {
                Node x = g.function("operator.mul", g.input(3, 40), 150.0);
                Node converted = g.method("to", x, to);
                return Tuple.of(converted, g.method("float", converted));
              }));
    }
    out.add(
        named(
            "an attention mask",
            g -> {
              Node mask =
                  g.method("to", g.function("torch.gt", g.input(2, 1, 1, 5), 0.0), DType.FLOAT32);
              return g.function("operator.mul", g.function("torch.sub", 1.0, mask), -10000.0);
            }));
    return out;
  }

  // ---- moves

  private static List<Named<Case>> moves() {
    List<Named<Case>> out = new ArrayList<>();
    for (String mode : List.of("constant", "reflect", "replicate", "circular")) {
      Function<Node, Object[]> args = x -> new Object[] {x, List.of(2L, 1L, 0L, 3L), mode};
      out.add(
          named(
              "pad " + mode,
              g -> g.function("torch.nn.functional.pad", args.apply(g.input(2, 3, 4, 5)))));
      out.add(
          named(
              "8-bit pad " + mode,
              g ->
                  g.function(
                      "torch.nn.functional.pad",
                      args.apply(quantized(g, g.input(2, 3, 4, 5), DType.QINT8)))));
    }
    out.add(
        named(
            "pad that cuts",
            g ->
                g.function(
                    "torch.nn.functional.pad",
                    g.input(2, 3, 4, 5),
                    List.of(-2L, 1L),
                    "constant",
                    0.7)));
    out.add(
        named(
            "pad behind a convolution",
            g -> {
              Node conv = g.module("conv", new Conv2d(3, 4, 3), g.input(2, 3, 7, 6));
              return g.function("torch.nn.functional.pad", conv, List.of(1L, 1L, 2L, 0L));
            }));
    out.add(named("flip", g -> g.function("torch.flip", g.input(2, 3, 4), List.of(0L, 2L))));
    out.add(
        named(
            "roll",
            g -> g.function("torch.roll", g.input(2, 3, 4), List.of(1L, -2L), List.of(1L, 2L))));
    out.add(
        named(
            "index_select of known positions",
            g ->
                g.function(
                    "torch.index_select",
                    g.input(2, 6, 3),
                    1L,
                    Tensor.of(DType.INT64, Shape.of(4), new long[] {5, 0, 3, 3}))));
    out.add(
        named(
            "embedding",
            g -> {
              Node rows = g.method("long", g.function("torch.abs", g.input(2, 7)));
              return g.function("torch.nn.functional.embedding", rows, g.parameter("weight", 3, 5));
            }));
    out.add(
        named(
            "index_select of computed positions",
            g -> {
              Node rows = g.method("long", g.function("torch.abs", g.input(7)));
              return g.function("torch.index_select", g.input(7, 3, 5), 1L, rows);
            }));
    out.add(
        named(
            "where",
            g -> {
              Node condition = g.function("torch.gt", g.input(4, 1), 0.0);
              return Tuple.of(
                  g.function("torch.where", condition, g.input(4, 3), g.parameter("other", 3)),
                  g.function("torch.where", condition, g.input(4, 3), -1e9));
            }));
    return out;
  }

  private static List<Named<Case>> resizing() {
    List<Named<Case>> out = new ArrayList<>();
    for (String mode : List.of("nearest", "nearest-exact", "bilinear", "bicubic")) {
      for (List<Long> size : List.of(List.of(8L, 12L), List.of(3L, 7L), List.of(9L, 2L))) {
        Function<Node, Object[]> args = x -> new Object[] {x, size, NONE, mode};
        out.add(
            named(
                mode + " to " + size,
                g -> g.function(INTERPOLATE, args.apply(g.input(2, 5, 4, 6)))));
        if (!mode.equals("bicubic")) {
          for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
            out.add(
                named(
                    mode + " to " + size + ", " + dtype,
                    g ->
                        g.function(
                            INTERPOLATE, args.apply(quantized(g, g.input(2, 5, 4, 6), dtype)))));
          }
        }
      }
    }
    out.add(
        named(
            "bilinear by a factor, corners aligned",
            g -> g.function(INTERPOLATE, g.input(2, 5, 4, 6), NONE, 1.7, "bilinear", true)));
    out.add(named("linear", g -> g.function(INTERPOLATE, g.input(2, 5, 7), 11L, NONE, "linear")));
    out.add(
        named(
            "nearest of volumes",
            g -> g.function(INTERPOLATE, g.input(2, 2, 3, 4, 5), NONE, 2.0, "nearest")));
    return out;
  }

  // ---- layers

  private static List<Named<Case>> normalizations() {
    List<Named<Case>> out = new ArrayList<>();
    for (double beta : new double[] {0.75, 0.6}) {
      for (long size : new long[] {1, 2, 5, 8}) {
        out.add(
            named(
                "local_response_norm of " + size + " to " + beta,
                g ->
                    g.function(
                        "torch.nn.functional.local_response_norm",
                        g.input(2, 7, 3, 4),
                        size,
                        0.3,
                        beta,
                        1.5)));
      }
    }
    for (int[] image : new int[][] {{1, 1}, {1}, {1, 2}}) {
      out.add(
          named(
              "batch norms of pixels " + Arrays.toString(image),
              g -> {
                int[] dims = image.length == 1 ? new int[] {3, 48, 1} : new int[] {3, 48, 1, 1};
                dims[dims.length - 1] = image[image.length - 1];
                Node x = g.input(dims);
                Node sigmoid = g.function("torch.sigmoid", x);
                Node sum = g.function("operator.mul", x, g.parameter("factor", 1));
                return Tuple.of(norm(g, "a", x), norm(g, "b", sigmoid), norm(g, "c", sum));
              }));
    }
    for (String f : List.of("batch_norm2d", "batch_norm2d_relu", "batch_norm", "batch_norm1d")) {
      for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
        out.add(
            named(
                "8-bit " + f + ", " + dtype,
                g -> {
                  Node x = f.endsWith("1d") ? g.input(4, 6) : g.input(2, 6, 3, 5);
                  return g.function(
                      "torch.ops.quantized." + f,
                      quantized(g, x, dtype),
                      g.parameter("gamma", 6),
                      g.parameter("beta", 6),
                      g.parameter("mean", 6),
                      Tensor.of(new float[] {1, 2, 0.5f, 1, 0.2f, 3}, 6),
                      1e-5,
                      0.04,
                      dtype == DType.QINT8 ? 3L : 120L);
                }));
      }
    }
    return out;
  }

  private static List<Named<Case>> transposedConvolutions() {
    List<Named<Case>> out = new ArrayList<>();
    ConvSettings base = ConvSettings.of(4, 6, 3);
    for (ConvSettings s :
        List.of(
            ConvSettings.of(4, 6, 2).withStride(2),
            base,
            base.withStride(2).withPadding(1),
            base.withStride(2).withPadding(1).withOutputPadding(1),
            ConvSettings.of(4, 6, 4).withStride(2).withPadding(1),
            ConvSettings.of(4, 6, 2).withStride(3),
            base.withStride(2).withDilation(2).withPadding(3),
            base.withPadding(2).withGroups(2).withStride(2).withOutputPadding(1))) {
      out.add(
          named(
              "transposed " + s, g -> g.module("up", new ConvTranspose2d(s), g.input(2, 4, 5, 3))));
      for (DType dtype : List.of(DType.QUINT8, DType.QINT8)) {
        out.add(
            named(
                "8-bit transposed " + s + ", " + dtype,
                g ->
                    g.module(
                        "up",
                        quantized(s, g),
                        g.function(
                            "torch.quantize_per_tensor", g.input(2, 4, 5, 3), 0.021, 7L, dtype))));
      }
    }
    out.add(
        named(
            "transposed, one axis",
            g ->
                g.module(
                    "up",
                    new ConvTranspose1d(ConvSettings.of(4, 6, 4).withStride(2).withPadding(1)),
                    g.input(2, 4, 9))));
    out.add(
        named(
            "transposed, three axes",
            g ->
                g.module(
                    "up",
                    new ConvTranspose3d(ConvSettings.of(2, 3, 3).withStride(2)),
                    g.input(2, 2, 3, 4, 3))));
    return out;
  }

  /** Orders of batches in memory that oneDNN's products do not follow, or run over. */
  private static List<Named<Case>> products() {
    List<Named<Case>> out = new ArrayList<>();
    out.add(
        named(
            "an axis of length 1 between batches",
            g -> {
              Node x = g.input(3, 7, 1, 3, 4);
              return g.function("torch.matmul", x, g.method("transpose", x, -2, -1));
            }));
    out.add(
        named(
            "batches in another order in memory",
            g ->
                g.function(
                    "torch.matmul",
                    g.function("torch.permute", g.input(4, 5, 3, 6), List.of(2L, 0L, 1L, 3L)),
                    g.input(3, 4, 6, 7))));
    out.add(
        named(
            "batches within matrices, beside one for all",
            g ->
                g.function(
                    "torch.matmul",
                    g.function("torch.permute", g.input(3, 5, 4, 2), List.of(1L, 3L, 2L, 0L)),
                    g.input(1, 2, 3, 17))));
    out.add(
        named(
            "the last of three batches within matrices",
            g ->
                g.function(
                    "torch.matmul",
                    g.function(
                        "torch.permute", g.input(2, 1, 4, 3, 4), List.of(0L, 1L, 3L, 4L, 2L)),
                    g.input(2, 2, 3, 4, 9))));
    return out;
  }

  private static List<Named<Case>> convolutions() {
    List<Named<Case>> out = new ArrayList<>();
    out.add(
        named(
            "one input channel and one column, strided",
            g ->
                g.module(
                    "conv",
                    new Conv2d(
                        ConvSettings.of(1, 17, 5, 3)
                            .withPadding(1, 1)
                            .withStride(1, 2)
                            .withDilation(2, 1)),
                    g.input(2, 1, 13, 1))));
    out.add(
        named(
            "one input channel and one column, strided, three axes",
            g ->
                g.module(
                    "conv",
                    new Conv3d(
                        ConvSettings.of(1, 48, 3, 3, 3).withPadding(1, 1, 1).withStride(2, 1, 3)),
                    g.input(3, 1, 6, 6, 3))));
    return out;
  }

  private static QuantizedConvolution quantized(ConvSettings s, TestGraph g) {
    int outputs = s.outChannels() / s.groups();
    int k = s.kernelSize().get(0);
    int[] values = new int[s.inChannels() * outputs * k * k];
    float[] random = g.values(values.length).floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(random[i] * 63);
    }
    double[] scales = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      scales[i] = 0.003 * (i + 1);
    }
    Tensor weight =
        Tensor.quantized(
            DType.QINT8,
            Shape.of(s.inChannels(), outputs, k, k),
            values,
            QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, new double[outputs], 1));
    PackedConvolution packed =
        new PackedConvolution(
            weight,
            g.values(s.outChannels()),
            new ConvolutionGeometry(
                both(s.stride()),
                both(s.padding()),
                both(s.dilation()),
                both(s.outputPadding()),
                s.groups(),
                true),
            QuantizedEngine.X86);
    return new QuantizedConvolution(
        packed,
        QParams.perTensor(0.05, 11),
        QuantizedConvolution.Fusion.NONE,
        Padding.Mode.CONSTANT);
  }

  /** One value for both axes of an image. */
  private static List<Integer> both(List<Integer> values) {
    return List.of(values.get(0), values.get(0));
  }

  private static Node norm(TestGraph g, String name, Node x) {
    int rank = g.inputs().get(0).shape().rank();
    return g.module(name, rank == 3 ? new BatchNorm1d(48) : new BatchNorm2d(48), x);
  }

  // ---- running

  /** An 8-bit tensor made at run time, or, of a parameter, when compiling. */
  private static Node quantized(TestGraph g, Node x, DType dtype) {
    return g.function(
        "torch.quantize_per_tensor", x, 0.021, dtype == DType.QINT8 ? -9L : 77L, dtype);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsNativelyAsTheReferenceDoes(Case built) {
    TestGraph graph = new TestGraph();
    graph.output(built.apply(graph));
    List<Tensor> inputs = graph.sample();
    List<Tensor> expected = tensors(graph.model().run(inputs.toArray()));
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan())
          .filteredOn(s -> s.kernel() == PlanStep.Kernel.REFERENCE)
          .extracting(PlanStep::operator, PlanStep::reason)
          .isEmpty();
      int batch = inputs.get(0).shape().dim(0);
      List<Tensor> actual = context.run(inputs, batch);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertSame(actual.get(i), expected.get(i));
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  private static List<Tensor> tensors(Object value) {
    List<Tensor> out = new ArrayList<>();
    if (value instanceof Tuple t) {
      t.items().forEach(v -> out.addAll(tensors(v)));
    } else if (value instanceof List<?> list) {
      list.forEach(v -> out.addAll(tensors(v)));
    } else {
      out.add((Tensor) value);
    }
    return out;
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    if (expected.dtype() == DType.FLOAT32) {
      NativeAgainstReferenceTest.assertClose(actual, expected);
      return;
    }
    assertThat(actual.shape()).isEqualTo(expected.shape());
    if (expected.isQuantized()) {
      QParams q = expected.qparams();
      assertThat(actual.qparams()).isEqualTo(q);
      assertThat(actual.ints()).isEqualTo(expected.ints());
      assertThat(Quantizer.dequantize(actual).floats())
          .isEqualTo(Quantizer.dequantize(expected).floats());
    } else if (expected.dtype() == DType.INT64) {
      assertThat(actual.longs()).isEqualTo(expected.longs());
    } else {
      assertThat(actual.ints()).isEqualTo(expected.ints());
    }
  }
}
