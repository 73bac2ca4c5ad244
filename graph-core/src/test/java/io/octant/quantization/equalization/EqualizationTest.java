package io.octant.quantization.equalization;

import static io.octant.quantization.GraphModels.difference;
import static io.octant.quantization.GraphModels.random;
import static io.octant.quantization.GraphModels.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.activation.ReLU;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EqualizationTest {
  private static final PrepareOptions OPTIONS =
      PrepareOptions.of(QConfigMapping.empty().withGlobal(QConfigs.DEFAULT))
          .withEqualization(
              EqualizationQConfigMapping.empty().withGlobal(EqualizationObservers.DEFAULT));

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private static InputEqualizationObserver inputObserver() {
    return (InputEqualizationObserver) EqualizationObservers.DEFAULT.inputActivation().create();
  }

  private static WeightEqualizationObserver weightObserver() {
    return (WeightEqualizationObserver) EqualizationObservers.DEFAULT.weight().create();
  }

  @Test
  void factorsBalanceTheRangesOfInputAndWeight() {
    InputEqualizationObserver input = inputObserver();
    WeightEqualizationObserver weight = weightObserver();
    input.observe(Tensor.of(new float[] {-1, 0, 2, 3, 0, 5}, 2, 3));
    weight.observe(Tensor.of(new float[] {0, 4, 1, 16, 4, 28}, 2, 3));
    // Ranges: input 4, 0, 3; weight 16, 0, 27.
    assertThat(EqualizationScales.of(input, weight).orElseThrow().floats())
        .containsExactly(2f, 1f, 3f);
  }

  @Test
  void nothingObservedMeansNoFactors() {
    assertThat(EqualizationScales.of(inputObserver(), weightObserver())).isEmpty();
  }

  @Test
  void channelsMustAgree() {
    InputEqualizationObserver input = inputObserver();
    WeightEqualizationObserver weight = weightObserver();
    input.observe(random(1, 4, 3));
    weight.observe(random(2, 5, 4));
    assertThatThrownBy(() -> EqualizationScales.of(input, weight))
        .isInstanceOf(EqualizationException.class)
        .hasMessageContaining("must have the same column dimension");
  }

  @Test
  void onlyRanksTwoToFive() {
    assertThatThrownBy(() -> inputObserver().observe(random(3, 4)))
        .isInstanceOf(EqualizationException.class)
        .hasMessageContaining("only supports Linear and Conv layers");
    assertThatThrownBy(() -> weightObserver().observe(random(3, 1, 1, 1, 1, 1, 1)))
        .isInstanceOf(EqualizationException.class);
  }

  @Test
  void inputSchemesArePerTensor() {
    ObserverSpec spec =
        EqualizationObservers.DEFAULT.inputActivation().with("qscheme", QScheme.PER_CHANNEL_AFFINE);
    assertThatThrownBy(spec::create)
        .isInstanceOf(ObserverException.class)
        .hasMessageContaining("Input qscheme must be per-tensor");
  }

  @Test
  void equalizedLayersComputeTheSame() {
    Node first = g.call("fc1", new Linear(6, 8), x);
    Node relu = g.call("relu", new ReLU(), first);
    GraphModule model = g.returning(g.call("fc2", new Linear(8, 3), relu));
    Tensor input = random(4, 32, 6);
    GraphModule prepared = QuantizeFx.prepare(model, OPTIONS);
    prepared.run(input);

    GraphModule reference = QuantizeFx.convertToReference(prepared);

    assertThat(targets(reference)).contains("torch.mul");
    assertThat(reference.buffers()).containsKey("x_equalization_scale0");
    assertThat(difference(reference.runTensor(input), model.runTensor(input))).isLessThan(0.05);
  }

  @Test
  void functionalLayersScaleTheirBiasWhateverItsName() {
    Node fc1 =
        g.function(
            "torch.nn.functional.linear",
            x,
            g.parameter("w1", random(5, 8, 6)),
            g.parameter("b1", random(6, 8)));
    Node fc2 =
        g.function(
            "torch.nn.functional.linear",
            fc1,
            g.parameter("w2", random(7, 3, 8)),
            g.parameter("b2", random(8, 3)));
    GraphModule model = g.returning(fc2);
    Tensor input = random(9, 64, 6);
    GraphModule prepared = QuantizeFx.prepare(model, OPTIONS);
    prepared.run(input);
    Tensor want = model.runTensor(input);
    double largest = difference(want, Tensor.of(new float[want.numel()], 64, 3));
    assertThat(difference(QuantizeFx.convertToReference(prepared).runTensor(input), want))
        .isLessThan(0.05 * largest);
  }

  @Test
  void anInputThatAnotherLayerReadsTooIsLeftAlone() {
    Node a = g.call("a", new Linear(4, 4), x);
    Node b = g.call("b", new Linear(4, 4), x);
    GraphModule prepared = QuantizeFx.prepare(g.returning(List.of(a, b)), OPTIONS);
    assertThat(targets(prepared)).noneMatch(t -> t.contains("equalization"));
  }

  /**
   * By hand: inputs of ranges 4 and 1, weight columns of ranges 1 and 4, so that the factors are
   * √(1/4) and √(4/1); inputs are multiplied by them and columns divided.
   */
  @Test
  void factorsMoveFromInputsToWeights() {
    Linear layer = new Linear(Tensor.of(new float[] {1, 0, 0, 4}, 2, 2), null);
    GraphModule prepared = QuantizeFx.prepare(g.returning(g.call("fc", layer, x)), OPTIONS);
    prepared.run(Tensor.of(new float[] {0, 1, 4, 0}, 2, 2));

    GraphModule reference = QuantizeFx.convertToReference(prepared);

    assertThat(reference.tensor("x_equalization_scale0").floats()).containsExactly(0.5f, 2f);
    assertThat(reference.module("fc").tensor("weight").floats()).containsExactly(2f, 0f, 0f, 2f);
    // The input's observer now sees both channels within 0..2, of 127 steps.
    assertThat(reference.tensor("_scale_0").item()).isEqualTo(2f / 127);
    assertThat(layer.tensor("weight").floats()).containsExactly(1f, 0f, 0f, 4f);
  }

  @Test
  void observersHaveTheSettingsOfPyTorch() {
    assertThat(inputObserver().hyperparameters())
        .isEqualTo(
            Map.of(
                "dtype", DType.QUINT8,
                "qscheme", QScheme.PER_TENSOR_SYMMETRIC,
                "equalization_shape", List.of()));
    assertThat(weightObserver().hyperparameters())
        .isEqualTo(
            Map.of("dtype", DType.QINT8, "qscheme", QScheme.PER_CHANNEL_SYMMETRIC, "ch_axis", 1L));
    assertThat(inputObserver().hasScale()).isFalse();
    assertThatThrownBy(() -> inputObserver().calculateQParams())
        .isInstanceOf(ObserverException.class)
        .hasMessageContaining("has none");
  }

  @Test
  void anInputThatAFloatLayerReadsTooIsEqualized() {
    Node a = g.call("a", new Linear(4, 4), x);
    GraphModule prepared =
        QuantizeFx.prepare(
            g.returning(List.of(a, g.function("torch.cos", x))),
            new PrepareOptions(
                    OPTIONS.qconfigMapping().withObjectType(FunctionType.of("torch.cos"), null),
                    OPTIONS.mode(),
                    OPTIONS.customConfig(),
                    OPTIONS.backend())
                .withEqualization(OPTIONS.equalization()));
    assertThat(targets(prepared)).anyMatch(t -> t.contains("equalization"));
  }

  @Test
  void onlyLinearAndConvolutionsAreEqualized() {
    Node a = g.call("a", new ReLU(), x);
    GraphModule prepared = QuantizeFx.prepare(g.returning(g.function("torch.add", a, a)), OPTIONS);
    assertThat(targets(prepared)).noneMatch(t -> t.contains("equalization"));
  }
}
