package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayer;
import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.kernels.NativeEngine;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.Conv3d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that overflow the pair sums of instruction sets without VNNI, on 8-bit activations. */
class SaturationTest {
  private static final int BATCH = 3;
  private final NativeEngine engine = new NativeEngine();
  private final Random random = new Random(11);

  /** A layer, its input shape, and weights that make it overflow. */
  private enum Case {
    CONV,
    GROUPED,
    DEPTHWISE,
    CONV3D,
    LINEAR;

    Module module() {
      return switch (this) {
        case CONV -> new Conv2d(ConvSettings.of(32, 32, 3).withPadding(1));
        case GROUPED -> new Conv2d(ConvSettings.of(32, 64, 3).withPadding(1).withGroups(4));
        case DEPTHWISE -> new Conv2d(ConvSettings.of(32, 32, 3).withPadding(1).withGroups(32));
        case CONV3D -> new Conv3d(ConvSettings.of(8, 24, 3).withPadding(1));
        case LINEAR -> new Linear(300, 40);
      };
    }

    int[] input() {
      return switch (this) {
        case CONV, GROUPED, DEPTHWISE -> new int[] {BATCH, 32, 16, 16};
        case CONV3D -> new int[] {BATCH, 8, 5, 6, 7};
        case LINEAR -> new int[] {BATCH, 300};
      };
    }
  }

  private static Tensor filled(DoubleSupplier values, int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) values.getAsDouble();
    }
    return Tensor.of(out, dims);
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(engine.liveObjects()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void equalWeightsKeepTheirQuality(Case layer) {
    assertThat(signalToNoise(layer, () -> 0.5)).isGreaterThan(45);
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void gaussianWeightsKeepTheirQuality(Case layer) {
    assertThat(signalToNoise(layer, random::nextGaussian)).isGreaterThan(36);
  }

  /** Decibels of the int8 result against float, once it is the reference engine's. */
  private double signalToNoise(Case layer, DoubleSupplier weights) {
    TestGraph graph = new TestGraph();
    Node x = graph.input(layer.input());
    Module module = layer.module();
    Node y = graph.module("layer", module, x);
    module.setParameter("weight", filled(weights, module.tensor("weight").shape().toArray()));
    GraphModule model = graph.output(y).model();
    Tensor sample = filled(() -> 0.5 + random.nextDouble() / 2, layer.input());
    Tensor expected = model.runTensor(sample);
    GraphModule prepared =
        QuantizeFx.prepare(
            model, DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS));
    prepared.runTensor(sample);
    GraphModule int8 = QuantizeFx.convert(prepared);
    float step = (float) steps(int8);
    try (Session session = engine.compile(int8, graph.inputs());
        ExecutionContext context = session.newContext()) {
      Tensor actual = context.run(List.of(sample), BATCH).get(0);
      Tensor reference = int8.runTensor(sample);
      double noise = 0;
      double signal = 0;
      for (int i = 0; i < actual.numel(); i++) {
        assertThat(actual.floats()[i]).isCloseTo(reference.floats()[i], within(step * 1.001f));
        noise += Math.pow(actual.floats()[i] - expected.floats()[i], 2);
        signal += Math.pow(expected.floats()[i], 2);
      }
      assertCounts(session, layer);
      return 10 * Math.log10(signal / noise);
    }
  }

  private static double steps(GraphModule int8) {
    return int8.graph().nodes(n -> n.target().equals("layer")).stream()
        .map(n -> int8.moduleOf(n).hyperparameters().get("scale"))
        .mapToDouble(s -> ((Number) s).doubleValue())
        .findFirst()
        .orElseThrow();
  }

  /**
   * One layer that would saturate elsewhere, computed exactly here, with the reason in the plan if
   * another kernel would have been faster.
   */
  private void assertCounts(Session session, Case form) {
    IntegerLayer layer = session.integerLayers().layers().get(0);
    assertThat(session.integerLayers().total()).isEqualTo(1);
    assertThat(session.integerLayers().wouldSaturate()).isEqualTo(1);
    assertThat(layer.node()).isEqualTo("layer");
    assertThat(layer.channels()).isGreaterThan(20);
    // Our kernel for depthwise layers is exact on every instruction set, and the fastest.
    boolean fast = IntegerArithmetic.hasVnni(engine.isa()) || form == Case.DEPTHWISE;
    assertThat(layer.arithmetic()).isEqualTo(fast ? Arithmetic.FAST : Arithmetic.EXACT);
    if (!fast) {
      assertThat(layer.reason())
          .isEqualTo(
              "u8s8 pair sums may saturate on %s: %s of %s output channels",
              engine.isa(), layer.saturatingChannels(), layer.channels());
    }
    assertThat(session.plan())
        .filteredOn(s -> s.nodes().contains("layer") && s.operator().contains("u8s8u8"))
        .extracting(PlanStep::kernel, PlanStep::reason)
        .containsExactly(tuple(PlanStep.Kernel.NATIVE, layer.reason()));
  }

  @Test
  void theReferenceEngineCountsTheSameLayers() {
    TestGraph graph = new TestGraph();
    Node y = graph.module("layer", Case.CONV.module(), graph.input(Case.CONV.input()));
    GraphModule prepared =
        QuantizeFx.prepare(
            graph.output(y).model(),
            DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS));
    prepared.runTensor(graph.sample().get(0));
    GraphModule int8 = QuantizeFx.convert(prepared);
    try (Session ours = engine.compile(int8, graph.inputs());
        Session reference = new ReferenceEngine().compile(int8, graph.inputs())) {
      assertThat(reference.integerLayers().count(Arithmetic.REFERENCE)).isEqualTo(1);
      assertThat(reference.integerLayers().wouldSaturate())
          .isEqualTo(ours.integerLayers().wouldSaturate());
      assertThat(reference.integerLayers().layers().get(0).saturatingChannels())
          .isEqualTo(ours.integerLayers().layers().get(0).saturatingChannels());
    }
  }
}
