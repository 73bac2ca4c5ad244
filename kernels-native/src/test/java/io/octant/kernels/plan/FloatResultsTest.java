package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.kernels.NativeEngine;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers on 8-bit tensors whose results only operators in float read. */
class FloatResultsTest {
  private final NativeEngine engine = new NativeEngine();

  @Test
  void integersAreMultipliedAndTheResultIsTheReferences() {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild("conv", new Conv2d(3, 8, 3));
    model.setChild("linear", new Linear(6, 5));
    fill(model, "conv", 1);
    fill(model, "linear", 2);
    Node x = graph.placeholder("x");
    Node scaled =
        graph.callFunction(FunctionType.of("operator.mul"), graph.callModule("conv", x), 0.7);
    Node linear = graph.callModule("linear", scaled);
    graph.output(graph.callFunction(FunctionType.of("torch.exp"), linear));
    Tensor input = new TestGraph().values(2, 3, 8, 8);
    GraphModule prepared =
        QuantizeFx.prepare(
            model, DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS));
    prepared.run(input);
    GraphModule int8 = QuantizeFx.convert(prepared);

    try (Session session =
            engine.compile(int8, List.of(new TensorSpec("x", DType.FLOAT32, input.shape())));
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      List<String> operators = session.plan().stream().map(PlanStep::operator).toList();
      boolean all = IntegerArithmetic.hasVnni(engine.isa());
      boolean rows = engine.isa().matches("avx(2|512).*");
      assertThat(operators)
          .anyMatch(o -> o.startsWith(all ? "conv2d_u8s8f32" : "conv2d_f32"))
          .anyMatch(o -> o.startsWith(rows ? "linear_u8s8f32" : "linear_f32"));
      if (all) {
        assertThat(operators).noneMatch(o -> o.startsWith("dequantize"));
      }
      float[] actual = context.run(List.of(input), 2).get(0).floats();
      float[] expected = int8.runTensor(input).floats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(Math.abs(expected[i]) * 1e-5f));
      }
    }
    assertThat(engine.liveObjects()).isZero();
  }

  /** Scales along the inputs, and zero points: nothing that a scale of each output stands for. */
  static List<QParams> otherWeights() {
    double[] scales = {0.001, 0.002, 0.003, 0.004, 0.005, 0.006};
    double[] zeros = {3, -7, 0, 1, 20, -4};
    return List.of(
        QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, new double[6], 1),
        QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, zeros, 0),
        QParams.perTensor(0.004, 9));
  }

  @ParameterizedTest
  @MethodSource("otherWeights")
  void weightsOfOtherParametersAreMultipliedAsFloats(QParams weights) {
    TestGraph g = new TestGraph();
    Linear linear = new Linear(6, 6);
    float[] weight = linear.tensor("weight").floats();
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i) / 8;
    }
    Node x = g.function("torch.quantize_per_tensor", g.input(4, 6), 0.02, 100L, DType.QUINT8);
    Node y =
        g.module(
            "linear",
            ReferenceModule.of(
                linear,
                WeightQParams.of(DType.QINT8, weights),
                ReferenceModule.Form.QUANTIZED_TENSORS),
            g.method("dequantize", x));
    TestGraph graph = g.output(y);
    List<Tensor> inputs = graph.sample();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      NativeAgainstReferenceTest.assertClose(
          context.run(inputs, 4).get(0), (Tensor) graph.model().run(inputs.toArray()));
    }
  }

  /** Columns between which the data lie, and taps: all of them read padding. */
  @ParameterizedTest
  @CsvSource({"1, 3, 2", "2, 1, 1"})
  void columnsOfNothingButPaddingAreTheBias(int width, int stride, int padding) {
    TestGraph g = new TestGraph();
    Conv2d conv =
        new Conv2d(
            ConvSettings.of(13, 10, 3, width)
                .withStride(1, stride)
                .withPadding(1, padding)
                .withDilation(1, 2));
    Node x =
        g.function("torch.quantize_per_tensor", g.input(2, 13, 5, 1), 0.02, 100L, DType.QUINT8);
    Node y =
        g.module(
            "conv",
            ReferenceModule.of(
                conv,
                WeightQParams.of(DType.QINT8, QParams.perTensor(0.004, 0)),
                ReferenceModule.Form.QUANTIZED_TENSORS),
            g.method("dequantize", x));
    TestGraph graph = g.output(y);
    List<Tensor> inputs = graph.sample();
    Tensor expected = (Tensor) graph.model().run(inputs.toArray());
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      assertThat(context.run(inputs, 2).get(0)).isEqualTo(expected);
    }
  }

  /** 140,000 products of 128 and −128: integers of 32 bits would wrap, floats do not. */
  @Test
  void sumsBeyond32BitsAreOfFloats() {
    int features = 140_000;
    Linear linear = new Linear(features, 2);
    Arrays.fill(linear.tensor("weight").floats(), 0, features, -128);
    Arrays.fill(linear.tensor("weight").floats(), features, 2 * features, 0);
    Arrays.fill(linear.tensor("bias").floats(), 0);
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild(
        "linear",
        ReferenceModule.of(
            linear,
            WeightQParams.of(DType.QINT8, QParams.perTensor(1, 0)),
            ReferenceModule.Form.QUANTIZED_TENSORS));
    Node integers =
        graph.callFunction(
            FunctionType.of("torch.quantize_per_tensor"),
            graph.placeholder("x"),
            1.0,
            0L,
            DType.QUINT8);
    graph.output(graph.callModule("linear", graph.callMethod("dequantize", integers)));
    float[] values = new float[3 * features];
    Arrays.fill(values, 128);
    Tensor input = Tensor.of(values, 3, features);
    try (Session session =
            engine.compile(model, List.of(new TensorSpec("x", DType.FLOAT32, input.shape())));
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      float sum = -128f * 128 * features;
      assertThat(context.run(List.of(input), 3).get(0).floats())
          .isEqualTo(model.runTensor(input).floats())
          .containsExactly(sum, 0, sum, 0, sum, 0);
    }
  }

  private static void fill(GraphModule model, String layer, int seed) {
    float[] weight = model.module(layer).tensor("weight").floats();
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i * 0.7 + seed) / 4;
    }
  }
}
