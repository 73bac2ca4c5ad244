package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.nn.activation.Hardtanh;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.PoolSettings;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Lowered int8 graphs: the values of the reference operators, bit for bit. */
class QuantizedSessionTest {
  private final NativeEngine engine = new NativeEngine();
  private final TestGraph g = new TestGraph();

  private Tensor weight(int... dims) {
    float[] random = g.values(dims).floats();
    int[] values = new int[random.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) (random[i] * 60);
    }
    double[] scales = new double[dims[0]];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = 0.004 + 0.0003 * i;
    }
    return Tensor.quantized(
        DType.QINT8,
        Shape.of(dims),
        values,
        QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, new double[dims[0]], 0));
  }

  private QuantizedConvolution conv(
      int in,
      int out,
      int kernel,
      int stride,
      int groups,
      QParams q,
      QuantizedConvolution.Fusion f) {
    ConvolutionGeometry geometry =
        ConvolutionGeometry.forward(
            List.of(stride, stride), List.of(kernel / 2, kernel / 2), List.of(1, 1), groups);
    return new QuantizedConvolution(
        new PackedConvolution(
            weight(out, in / groups, kernel, kernel), g.values(out), geometry, QuantizedEngine.X86),
        q,
        f,
        Padding.Mode.CONSTANT);
  }

  private static QParams q(DType dtype, double scale, int zeroPoint) {
    return QParams.perTensor(scale, dtype == DType.QINT8 ? zeroPoint - 64 : zeroPoint);
  }

  private Node quantize(Node x, QParams q, DType dtype) {
    return g.function("torch.quantize_per_tensor", x, q.scale(), (long) q.zeroPoint(), dtype);
  }

  /** All values of interest are outputs. Scales cover what the random weights give. */
  private TestGraph network(DType dtype) {
    QuantizedConvolution.Fusion none = QuantizedConvolution.Fusion.NONE;
    Node x = quantize(g.input(3, 4, 9, 9), q(dtype, 0.02, 57), dtype);
    Node a = g.module("a", conv(4, 16, 3, 1, 1, q(dtype, 0.08, 55), none), x);
    Node b =
        g.module(
            "b", conv(16, 16, 3, 1, 16, q(dtype, 0.09, 3), QuantizedConvolution.Fusion.RELU), a);
    QParams sumQ = q(dtype, 0.1, 12);
    Node sum =
        g.function("torch.ops.quantized.add_relu", a, b, sumQ.scale(), (long) sumQ.zeroPoint());
    Node product =
        g.function("torch.ops.quantized.mul", a, b, 0.4, (long) q(dtype, 1, 60).zeroPoint());
    Node joined = g.function("torch.cat", List.of(sum, b), 1);
    Node six = g.module("six", new ReLU6(), a);
    Node relu = g.module("relu", new ReLU(), joined);
    Node max =
        g.module("max", new MaxPool2d(PoolSettings.of(3).withStride(2).withPadding(1)), relu);
    Node average = g.module("average", new AvgPool2d(PoolSettings.of(3).withPadding(1)), max);
    Node global = g.module("global", new AdaptiveAvgPool2d(1), average);
    Node flat = g.function("torch.flatten", global, 1);
    PackedLinear packed = new PackedLinear(weight(10, 32), g.values(10), QuantizedEngine.X86);
    Node fc =
        g.module(
            "fc",
            QuantizedLinear.of(packed, q(dtype, 0.05, 70), QuantizedLinear.Activation.NONE),
            flat);
    return g.output(
        Tuple.of(x, a, b, sum, product, six, relu, max, average, flat, g.method("dequantize", fc)));
  }

  /** Integers all the way: a pool and the clamps behind it are exact. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"QUINT8", "QINT8"})
  void clampsBehindAMaximumKeepItsIntegers(DType dtype) {
    Node x = quantize(g.input(2, 4, 6, 6), q(dtype, 0.02, 57), dtype);
    Node max = g.module("max", new MaxPool2d(PoolSettings.of(3).withStride(1).withPadding(1)), x);
    Node low = g.module("low", new Hardtanh(-0.3, 0.5), max);
    Node relu = g.module("relu", new ReLU(), low);
    TestGraph graph = g.output(relu);
    List<Tensor> inputs = graph.sample();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      assertThat(context.run(inputs, 2).get(0)).isEqualTo(graph.model().run(inputs.toArray()));
    }
  }

  /** Columns between which the data lie, and taps: all of them read padding. */
  @ParameterizedTest
  @CsvSource({"QUINT8, 1, 3, 2", "QUINT8, 2, 1, 1", "QINT8, 1, 3, 2", "QINT8, 2, 1, 1"})
  void columnsOfNothingButPaddingAreOfZeroPoints(DType dtype, int width, int stride, int padding) {
    ConvolutionGeometry geometry =
        ConvolutionGeometry.forward(List.of(1, stride), List.of(1, padding), List.of(1, 2), 2);
    QuantizedConvolution conv =
        new QuantizedConvolution(
            new PackedConvolution(
                weight(20, 13, 3, width), g.values(20), geometry, QuantizedEngine.X86),
            q(dtype, 0.02, 55),
            QuantizedConvolution.Fusion.NONE,
            Padding.Mode.CONSTANT);
    TestGraph graph =
        g.output(g.module("conv", conv, quantize(g.input(2, 26, 5, 1), q(dtype, 0.02, 57), dtype)));
    List<Tensor> inputs = graph.sample();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      assertThat(context.run(inputs, 2).get(0)).isEqualTo(graph.model().run(inputs.toArray()));
    }
  }

  /** PyTorch 2.13 gives such a window the least integer of the type, too. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"QUINT8", "QINT8"})
  void aMaximumOfPaddingAloneIsTheLeastInteger(DType dtype) {
    Node x = quantize(g.input(2, 3, 6, 1), q(dtype, 0.02, 57), dtype);
    Node max =
        g.module(
            "max",
            new MaxPool2d(PoolSettings.of(2).withStride(3).withPadding(1).withDilation(2)),
            x);
    TestGraph graph = g.output(max);
    List<Tensor> inputs = graph.sample();
    Tensor expected = (Tensor) graph.model().run(inputs.toArray());
    assertThat(expected.ints()).containsOnly(dtype == DType.QINT8 ? -128 : 0);
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(context.run(inputs, 2).get(0)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"QUINT8", "QINT8"})
  void valuesAreThoseOfTheReference(DType dtype) {
    TestGraph graph = network(dtype);
    List<Tensor> inputs = graph.sample();
    Tuple expected = (Tuple) graph.model().run(inputs.toArray());
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      List<Tensor> actual = context.run(inputs, 3);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).as("output %s", i).isEqualTo(expected.item(i));
      }
    }
  }

  /**
   * A layer that only an addition reads: the sum's integers, whether or not the plan adds in the
   * layer's rounding.
   */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"QUINT8", "QINT8"})
  void sumsOfLayersAreThoseOfTheReference(DType dtype) {
    QuantizedConvolution.Fusion none = QuantizedConvolution.Fusion.NONE;
    QParams s = q(dtype, 0.1, 12);
    Node x = quantize(g.input(3, 64, 12, 12), q(dtype, 0.02, 57), dtype);
    Node a = g.module("a", conv(64, 64, 3, 1, 1, q(dtype, 0.08, 55), none), x);
    Node first = sum("add_relu", a, x, s);
    Node b = g.module("b", conv(64, 64, 1, 1, 1, q(dtype, 0.07, 64), none), first);
    Node second = sum("add", first, b, s);
    Node c = g.module("c", conv(64, 128, 1, 2, 1, q(dtype, 0.07, 64), none), second);
    Node d = g.module("d", conv(64, 128, 3, 2, 1, q(dtype, 0.05, 70), none), second);
    Node third = g.module("six", new ReLU6(), sum("add", c, d, s));
    Node h = g.module("h", conv(128, 37, 1, 1, 1, q(dtype, 0.05, 60), none), third);
    Node i = g.module("i", conv(37, 37, 1, 1, 1, q(dtype, 0.05, 50), none), h);
    Node narrow = sum("add", i, h, s);
    Node e = g.module("e", conv(37, 37, 1, 1, 1, q(dtype, 0.06, 64), none), narrow);
    Node twice = sum("add", e, e, s);
    Node f = g.module("f", conv(37, 32, 1, 1, 1, q(dtype, 0.06, 64), none), twice);
    Node row = quantize(g.input(1, 32, 1, 6), q(dtype, 0.02, 50), dtype);
    Node stretched = sum("add", f, row, s);
    TestGraph graph = g.output(Tuple.of(first, second, third, narrow, stretched));
    List<Tensor> inputs = graph.sample();
    Tuple expected = (Tuple) graph.model().run(inputs.toArray());
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(p -> p.kernel() == PlanStep.Kernel.REFERENCE);
      List<Tensor> actual = context.run(inputs, 3);
      for (int k = 0; k < expected.size(); k++) {
        assertThat(actual.get(k)).as("output %s", k).isEqualTo(expected.item(k));
      }
      if (IntegerArithmetic.hasVnni(NativeLibrary.find().orElseThrow().isa())) {
        String layer = dtype == DType.QUINT8 ? "conv2d_u8s8u8" : "conv2d_s8s8s8";
        assertThat(session.plan().stream().map(PlanStep::operator))
            .contains(
                layer + "+quantized_add+relu",
                layer + "+quantized_add",
                layer + "+quantized_add+clip")
            .filteredOn(name -> name.startsWith("quantized_add"))
            .hasSize(3);
      }
    }
  }

  private Node sum(String operator, Node x, Node y, QParams q) {
    return g.function("torch.ops.quantized." + operator, x, y, q.scale(), (long) q.zeroPoint());
  }

  @Test
  void integerKernelsRunOnChannelsLastWithoutReordering() {
    TestGraph graph = network(DType.QUINT8);
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      List<String> operators = session.plan().stream().map(PlanStep::operator).toList();
      assertThat(operators)
          .contains("conv2d_u8s8u8", "conv2d_u8s8u8+relu", "quantized_add+relu", "linear_u8s8u8");
    }
  }
}
