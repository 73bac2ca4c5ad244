package io.octant.quantization.convert;

import static io.octant.quantization.GraphModels.difference;
import static io.octant.quantization.GraphModels.random;
import static io.octant.quantization.GraphModels.targets;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.nn.Identity;
import io.octant.nn.activation.ELU;
import io.octant.nn.activation.Hardsigmoid;
import io.octant.nn.activation.Hardswish;
import io.octant.nn.activation.Hardtanh;
import io.octant.nn.activation.LeakyReLU;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.activation.Sigmoid;
import io.octant.nn.activation.Softmax;
import io.octant.nn.activation.Tanh;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.normalization.BatchNorm3d;
import io.octant.nn.normalization.InstanceNorm1d;
import io.octant.nn.normalization.InstanceNorm2d;
import io.octant.nn.normalization.InstanceNorm3d;
import io.octant.nn.normalization.LayerNorm;
import io.octant.nn.pooling.AdaptiveAvgPool1d;
import io.octant.nn.pooling.AdaptiveAvgPool2d;
import io.octant.nn.pooling.AdaptiveAvgPool3d;
import io.octant.nn.pooling.AvgPool1d;
import io.octant.nn.pooling.AvgPool2d;
import io.octant.nn.pooling.AvgPool3d;
import io.octant.nn.pooling.MaxPool1d;
import io.octant.nn.pooling.MaxPool2d;
import io.octant.nn.pooling.MaxPool3d;
import io.octant.nn.shape.ChannelShuffle;
import io.octant.nn.shape.PixelShuffle;
import io.octant.nn.shape.PixelUnshuffle;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.DTypeConfig;
import io.octant.quantization.backend.ObservationType;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What runs on quantized tensors as it is, and what becomes a quantized function or module; the
 * lists are those of {@code torch.ao.quantization.fx._lower_to_native_backend}. A fully connected
 * network of quantize, operator and dequantize is left, and computes what the reference form does.
 */
class QuantizedFormsTest {
  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private static DynamicTest row(
      String name,
      int[] shape,
      QConfigMapping mapping,
      BiFunction<GraphModels, Node, Node> operator,
      String lowered) {
    return DynamicTest.dynamicTest(
        name + " " + Arrays.toString(shape),
        () -> {
          GraphModels g = new GraphModels();
          Node output = operator.apply(g, g.input("x"));
          GraphModule prepared = QuantizeFx.prepare(g.returning(output), mapping);
          Tensor input = random(7, shape);
          prepared.run(input);
          GraphModule converted = QuantizeFx.convert(prepared);
          assertThat(targets(converted))
              .containsExactly("torch.quantize_per_tensor", lowered, "dequantize");
          Tensor wanted = QuantizeFx.convertToReference(prepared).runTensor(input);
          Tensor have = converted.runTensor(input);
          assertThat(have.shape()).isEqualTo(wanted.shape());
          assertThat(difference(have, wanted)).isLessThanOrEqualTo(1.001 * step(converted, input));
        });
  }

  private static double step(GraphModule converted, Tensor input) {
    return quantizedOutput(converted, input).qparams().scale();
  }

  /** What the dequantize at the end reads. */
  private static Tensor quantizedOutput(GraphModule converted, Tensor input) {
    GraphModule copy = converted.copyGraphModule();
    Node output = copy.graph().outputNode();
    output.setArg(0, ((Node) output.arg(0)).arg(0));
    return copy.runTensor(input);
  }

  private static DynamicTest function(String name, int[] shape, Object... args) {
    return row(name, shape, X86, (g, x) -> g.function(name, with(x, args)), name);
  }

  private static DynamicTest method(String name, int[] shape, Object... args) {
    return row(name, shape, X86, (g, x) -> g.method(name, with(x, args)), name);
  }

  private static DynamicTest module(Supplier<Module> module, int[] shape) {
    String name = module.get().type().name();
    return row(name, shape, X86, (g, x) -> g.call("m", module.get(), x), "m");
  }

  private static Object[] with(Node x, Object... args) {
    return Stream.concat(Stream.of(x), Arrays.stream(args)).toArray();
  }

  private static int[] s(int... dims) {
    return dims;
  }

  @TestFactory
  Stream<DynamicTest> functionsRunAsTheyAre() {
    String f = "torch.nn.functional.";
    return Stream.of(
        function(f + "adaptive_avg_pool1d", s(1, 2, 6), 2),
        function(f + "adaptive_avg_pool2d", s(1, 2, 6, 6), 2),
        function(f + "adaptive_avg_pool3d", s(1, 2, 4, 4, 4), 2),
        function(f + "avg_pool1d", s(1, 2, 6), 2),
        function(f + "avg_pool2d", s(1, 2, 6, 6), 2),
        function(f + "avg_pool3d", s(1, 2, 4, 4, 4), 2),
        function(f + "hardtanh", s(3, 4)),
        function(f + "hardtanh_", s(3, 4)),
        function(f + "max_pool1d", s(1, 2, 6), 2),
        function(f + "max_pool2d", s(1, 2, 6, 6), 2),
        function(f + "max_pool3d", s(1, 2, 4, 4, 4), 2),
        function(f + "relu", s(3, 4)),
        function(f + "relu6", s(3, 4)),
        function("torch.clamp", s(3, 4), -0.5, 0.5),
        function("torch.flatten", s(3, 4), 0),
        function("torch.mean", s(3, 4), 1),
        function("torch.narrow", s(3, 4), 1, 0, 2),
        function("torch.transpose", s(3, 4), 0, 1),
        function("torch.repeat_interleave", s(3, 4), 2, 1),
        function("torch.squeeze", s(3, 1), 1),
        function("torch.unsqueeze", s(3, 4), 1),
        function(f + "pixel_shuffle", s(1, 4, 2, 2), 2),
        function(f + "pixel_unshuffle", s(1, 1, 4, 4), 2),
        row(
            "torch.cat",
            s(3, 4),
            X86,
            (g, x) -> g.function("torch.cat", List.of(x, x), 1),
            "torch.cat"),
        row(
            "torch.stack",
            s(3, 4),
            X86,
            (g, x) -> g.function("torch.stack", List.of(x, x)),
            "torch.stack"),
        row(
            f + "interpolate",
            s(1, 1, 2, 2),
            X86,
            (g, x) -> g.function(f + "interpolate", List.of(x), Map.of("scale_factor", 2)),
            f + "interpolate"),
        function(f + "hardsigmoid", s(3, 4)),
        row(
            "torch.sigmoid",
            s(3, 4),
            X86,
            (g, x) -> g.function("torch.sigmoid", x),
            "torch.sigmoid"),
        function("torch.tanh", s(3, 4)));
  }

  @TestFactory
  Stream<DynamicTest> methodsRunAsTheyAre() {
    return Stream.of(
        method("clamp", s(3, 4), -0.5, 0.5),
        method("mean", s(3, 4), 1),
        method("relu", s(3, 4)),
        method("relu_", s(3, 4)),
        method("hardsigmoid", s(3, 4)),
        method("sigmoid", s(3, 4)),
        method("sigmoid_", s(3, 4)),
        method("tanh", s(3, 4)),
        method("tanh_", s(3, 4)),
        method("contiguous", s(3, 4)),
        method("detach", s(3, 4)),
        method("detach_", s(3, 4)),
        method("permute", s(3, 4), 1, 0),
        method("repeat", s(3, 4), 2, 1),
        method("repeat_interleave", s(3, 4), 2, 1),
        method("resize_", s(3, 4), 4, 3),
        method("squeeze", s(3, 1), 1),
        method("squeeze_", s(3, 1), 1),
        method("transpose", s(3, 4), 0, 1),
        method("unsqueeze", s(3, 4), 1),
        method("unsqueeze_", s(3, 4), 1),
        method("view", s(3, 4), 4, 3));
  }

  @TestFactory
  Stream<DynamicTest> modulesRunAsTheyAre() {
    return Stream.of(
        module(() -> new AdaptiveAvgPool1d(2), s(1, 2, 6)),
        module(() -> new AdaptiveAvgPool2d(2, 2), s(1, 2, 6, 6)),
        module(() -> new AdaptiveAvgPool3d(2, 2, 2), s(1, 2, 4, 4, 4)),
        module(() -> new AvgPool1d(2), s(1, 2, 6)),
        module(() -> new AvgPool2d(2), s(1, 2, 6, 6)),
        module(() -> new AvgPool3d(2), s(1, 2, 4, 4, 4)),
        module(() -> new MaxPool1d(2), s(1, 2, 6)),
        module(() -> new MaxPool2d(2), s(1, 2, 6, 6)),
        module(() -> new MaxPool3d(2), s(1, 2, 4, 4, 4)),
        module(Hardtanh::new, s(3, 4)),
        module(ReLU::new, s(3, 4)),
        module(ReLU6::new, s(3, 4)),
        module(Identity::new, s(3, 4)),
        module(() -> new PixelShuffle(2), s(1, 4, 2, 2)),
        module(() -> new PixelUnshuffle(2), s(1, 1, 4, 4)),
        module(Hardsigmoid::new, s(3, 4)),
        module(Sigmoid::new, s(3, 4)),
        module(() -> new Softmax(1), s(3, 4)),
        module(Tanh::new, s(3, 4)));
  }

  @TestFactory
  Stream<DynamicTest> modulesGetAQuantizedForm() {
    return Stream.of(
        requantized(() -> new BatchNorm2d(2), s(1, 2, 3, 3), "BatchNorm2d"),
        requantized(() -> new BatchNorm3d(2), s(1, 2, 3, 3, 3), "BatchNorm3d"),
        requantized(ELU::new, s(3, 4), "ELU"),
        requantized(LeakyReLU::new, s(3, 4), "LeakyReLU"),
        requantized(Hardswish::new, s(3, 4), "Hardswish"),
        requantized(() -> new InstanceNorm1d(2), s(2, 2, 3), "InstanceNorm1d"),
        requantized(() -> new InstanceNorm2d(2), s(2, 2, 3, 3), "InstanceNorm2d"),
        requantized(() -> new InstanceNorm3d(2), s(2, 2, 3, 3, 3), "InstanceNorm3d"),
        requantized(() -> new LayerNorm(4), s(3, 4), "LayerNorm"),
        requantized(Dropout::new, s(3, 4), "Dropout"),
        requantized(PReLU::new, s(3, 4), "PReLU"));
  }

  private static DynamicTest requantized(Supplier<Module> module, int[] shape, String form) {
    return DynamicTest.dynamicTest(
        form,
        () -> {
          GraphModels g = new GraphModels();
          GraphModule model = g.returning(g.call("m", module.get(), g.input("x")));
          model.train(false);
          GraphModule prepared = QuantizeFx.prepare(model, X86);
          Tensor input = random(7, shape);
          prepared.run(input);
          GraphModule converted = QuantizeFx.convert(prepared);
          assertThat(converted.module("m").type().name())
              .isEqualTo("torch.ao.nn.quantized." + form);
          assertThat(targets(converted))
              .containsExactly("torch.quantize_per_tensor", "m", "dequantize");
          assertThat(
                  difference(
                      converted.runTensor(input),
                      QuantizeFx.convertToReference(prepared).runTensor(input)))
              .isLessThanOrEqualTo(1.001 * step(converted, input));
        });
  }

  @TestFactory
  Stream<DynamicTest> functionsGetAQuantizedTwin() {
    String f = "torch.nn.functional.";
    String q = "torch.ops.quantized.";
    return Stream.of(
        row(
            "elu",
            s(3, 4),
            X86,
            (g, x) -> g.function(f + "elu", List.of(x), Map.of("alpha", 0.5, "inplace", false)),
            q + "elu"),
        row(
            "hardswish",
            s(3, 4),
            X86,
            (g, x) -> g.function(f + "hardswish", List.of(x), Map.of("inplace", false)),
            q + "hardswish"),
        row(
            "leaky_relu",
            s(3, 4),
            X86,
            (g, x) -> g.function(f + "leaky_relu", x, 0.2),
            q + "leaky_relu"),
        row(
            "layer_norm",
            s(3, 4),
            X86,
            (g, x) -> g.function(f + "layer_norm", x, List.of(4)),
            q + "layer_norm"),
        row(
            "instance_norm",
            s(2, 3, 4),
            X86,
            (g, x) ->
                g.function(
                    f + "instance_norm", List.of(x), Map.of("use_input_stats", true, "eps", 0.1)),
            q + "instance_norm"),
        row(
            "dropout",
            s(3, 4),
            X86,
            (g, x) ->
                g.function(f + "dropout", List.of(x), Map.of("training", false, "inplace", false)),
            q + "dropout"));
  }

  @Test
  void aTwinTakesTheParametersOfItsOutput() {
    GraphModule prepared =
        QuantizeFx.prepare(g.returning(g.function("torch.nn.functional.leaky_relu", x, 0.2)), X86);
    prepared.run(Tensor.of(new float[] {-1, 0, 1, 2}, 2, 2));
    assertThat(QuantizeFx.convert(prepared).graph())
        .hasToString(
            """
            %x = placeholder x()
            %_input_scale_0 = get_attr _input_scale_0()
            %_input_zero_point_0 = get_attr _input_zero_point_0()
            %quantize_per_tensor = call_function torch.quantize_per_tensor(%x, %_input_scale_0, \
            %_input_zero_point_0, torch.quint8)
            %_scale_0 = get_attr _scale_0()
            %_zero_point_0 = get_attr _zero_point_0()
            %leaky_relu_1 = call_function torch.ops.quantized.leaky_relu(%quantize_per_tensor, 0.2, \
            inplace=false, output_scale=%_scale_0, output_zero_point=%_zero_point_0)
            %dequantize_1 = call_method dequantize(%leaky_relu_1)
            output(%dequantize_1)
            """);
  }

  @Test
  void copiesKeepNoParametersOfTheirOwn() {
    Node pooled = g.function("torch.nn.functional.max_pool2d", x, 2);
    GraphModule prepared = QuantizeFx.prepare(g.returning(pooled), X86);
    prepared.run(random(1, 1, 1, 4, 4));
    assertThat(QuantizeFx.convert(prepared).buffers())
        .containsOnlyKeys("_input_scale_0", "_input_zero_point_0");
  }

  @Test
  void fixedRangesAreImposed() {
    assertThat(outputOf(g.function("torch.sigmoid", x))).isEqualTo(QParams.perTensor(1f / 256, 0));
  }

  @Test
  void theRangeOfTanhIsSymmetric() {
    assertThat(outputOf(g.call("tanh", new Tanh(), x))).isEqualTo(QParams.perTensor(2f / 256, 128));
  }

  private QParams outputOf(Node node) {
    GraphModule prepared = QuantizeFx.prepare(g.returning(node), X86);
    Tensor input = random(1, 4);
    prepared.run(input);
    return quantizedOutput(QuantizeFx.convert(prepared), input).qparams();
  }

  @Test
  void channelsShuffleWhereABackendSaysSo() {
    BackendConfig backend =
        BackendConfigs.nativeBackend()
            .with(copies(new ModuleType("torch.nn.ChannelShuffle"), DType.QUINT8))
            .with(copies(FunctionType.of("torch.nn.functional.channel_shuffle"), DType.QUINT8));
    Node shuffled = g.call("m", new ChannelShuffle(2), x);
    GraphModule model = g.returning(g.function("torch.nn.functional.channel_shuffle", shuffled, 2));
    GraphModule prepared = QuantizeFx.prepare(model, PrepareOptions.of(X86).withBackend(backend));
    Tensor input = random(2, 1, 4, 2, 2);
    prepared.run(input);
    GraphModule converted = QuantizeFx.convert(prepared);
    assertThat(targets(converted))
        .containsExactly(
            "torch.quantize_per_tensor", "m", "torch.nn.functional.channel_shuffle", "dequantize");
    assertThat(converted.runTensor(input))
        .isEqualTo(QuantizeFx.convertToReference(prepared).runTensor(input));
  }

  private static BackendPatternConfig copies(TargetType type, DType dtype) {
    return BackendPatternConfig.builder(type)
        .observationType(ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT)
        .dtypeConfig(DTypeConfig.ofActivations(dtype))
        .build();
  }

  @Test
  void aValueThatOthersReadStaysFloat() {
    Node pooled = g.function("torch.nn.functional.max_pool2d", x, 2);
    Node cosine = g.function("torch.cos", pooled);
    GraphModule prepared = QuantizeFx.prepare(g.returning(List.of(pooled, cosine)), X86);
    prepared.run(random(1, 1, 1, 4, 4));
    assertThat(targets(QuantizeFx.convert(prepared)))
        .containsExactly(
            "torch.quantize_per_tensor",
            "torch.nn.functional.max_pool2d",
            "dequantize",
            "torch.cos");
  }

  @Test
  void halfPrecisionMovesButDoesNotCompute() {
    QConfigMapping half = QConfigMapping.empty().withGlobal(QConfigs.FLOAT16_STATIC);
    BackendConfig backend =
        BackendConfig.named("half")
            .with(copies(FunctionType.of("torch.flatten"), DType.FLOAT16))
            .with(copies(FunctionType.of("torch.tanh"), DType.FLOAT16));
    Node flat = g.function("torch.flatten", x);
    GraphModule model = g.returning(g.function("torch.tanh", flat));
    GraphModule prepared = QuantizeFx.prepare(model, PrepareOptions.of(half).withBackend(backend));
    prepared.run(random(1, 3, 4));
    assertThat(targets(QuantizeFx.convert(prepared)))
        .containsExactly("to", "torch.flatten", "dequantize", "torch.tanh", "to", "dequantize");
  }
}
