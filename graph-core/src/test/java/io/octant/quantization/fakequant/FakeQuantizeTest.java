package io.octant.quantization.fakequant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.Container;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FakeQuantizeTest {
  private static FakeQuantizeModule perChannel(int axis) {
    return (FakeQuantizeModule)
        ObserverSpec.of(ObserverSpec.TORCH + "FakeQuantize")
            .with(
                "observer",
                ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
            .with("quant_min", -128)
            .with("quant_max", 127)
            .with("dtype", DType.QINT8)
            .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
            .with("ch_axis", axis)
            .create();
  }

  @Test
  void aNegativeChannelAxisCountsFromTheLast() {
    Tensor x = Tensor.of(new float[] {0.11f, 100, -0.07f, -50}, 2, 2);
    assertThat(perChannel(-1).forward(x)).isEqualTo(perChannel(1).forward(x));
    assertThat(perChannel(-1).forward(x)).isNotEqualTo(perChannel(0).forward(x));
  }

  @Test
  void togglesReachEveryFakeQuantizeOfAModel() {
    Container root = new Container();
    FakeQuantizeModule a = root.setChild("a", perChannel(0));
    root.setModule("inner.b", perChannel(0));
    Toggle.DISABLE_FAKE_QUANT.applyTo(root);
    Toggle.DISABLE_OBSERVER.applyTo(root);
    Tensor x = Tensor.of(new float[] {0.3f, 1, 2, 3}, 2, 2);
    assertThat(a.evaluate(List.of(x), Map.of())).isEqualTo(x);
    assertThat(root.module("inner.b").tensor("observer_enabled").item()).isZero();
    assertThat(a.observer().tensor("min_val").numel()).isZero();
    Toggle.ENABLE_OBSERVER.applyTo(root);
    a.forward(x);
    assertThat(a.observer().tensor("min_val").numel()).isEqualTo(2);
  }

  @Test
  void fusedParametersAreNeutralUntilTheFirstFakeQuantization() {
    FakeQuantizeModule fused =
        (FakeQuantizeModule)
            ObserverSpec.of(ObserverSpec.TORCH + "FusedMovingAvgObsFakeQuantize")
                .with(
                    "observer",
                    ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
                .with("quant_min", -128)
                .with("quant_max", 127)
                .with("dtype", DType.QINT8)
                .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
                .create();
    fused.apply(Toggle.DISABLE_FAKE_QUANT);
    fused.forward(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    assertThat(fused.tensor("scale").floats()).containsExactly(1, 1);
    assertThat(fused.tensor("zero_point").ints()).containsExactly(0, 0);
  }

  private static ObserverSpec torch(String name) {
    return ObserverSpec.of(ObserverSpec.TORCH + name);
  }

  private static ObserverSpec fixed() {
    return torch("FixedQParamsObserver").with("scale", 0.5).with("zero_point", 3);
  }

  private static LearnableFakeQuantize learnable(QScheme scheme) {
    return (LearnableFakeQuantize)
        torch("_learnable_fake_quantize._LearnableFakeQuantize")
            .with("observer", torch("MovingAverageMinMaxObserver"))
            .with("quant_min", -128)
            .with("quant_max", 127)
            .with("dtype", DType.QINT8)
            .with("qscheme", scheme)
            .create();
  }

  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of(
            torch("FakeQuantize"),
            "{quant_min=0, quant_max=255, is_dynamic=false, dtype=torch.quint8,"
                + " qscheme=torch.per_tensor_affine, ch_axis=-1, is_per_channel=false}",
            "fake_quant_enabled=torch.uint8[1], observer_enabled=torch.uint8[1],"
                + " scale=torch.float32[1], zero_point=torch.int32[1]"),
        Arguments.of(
            torch("FakeQuantize")
                .with("observer", torch("PerChannelMinMaxObserver"))
                .with("qscheme", QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS)
                .with("ch_axis", 1),
            "{quant_min=0, quant_max=255, is_dynamic=false, dtype=torch.quint8,"
                + " qscheme=torch.per_channel_affine_float_qparams, ch_axis=1,"
                + " is_per_channel=true}",
            "fake_quant_enabled=torch.uint8[1], observer_enabled=torch.uint8[1],"
                + " scale=torch.float32[1], zero_point=torch.float32[1]"),
        Arguments.of(
            torch("FusedMovingAvgObsFakeQuantize")
                .with("averaging_constant", 1)
                .with("is_dynamic", true),
            "{quant_min=0, quant_max=255, is_dynamic=true, dtype=torch.quint8,"
                + " qscheme=torch.per_tensor_affine, ch_axis=-1, is_per_channel=false,"
                + " is_symmetric_quant=false}",
            "fake_quant_enabled=torch.int64[1], observer_enabled=torch.int64[1],"
                + " scale=torch.float32[1], zero_point=torch.int32[1]"),
        Arguments.of(
            torch("FixedQParamsFakeQuantize").with("observer", fixed()),
            "{quant_min=0, quant_max=255, is_dynamic=false, dtype=torch.quint8,"
                + " qscheme=torch.per_tensor_affine, ch_axis=-1, is_per_channel=false}",
            "fake_quant_enabled=torch.uint8[1], observer_enabled=torch.uint8[1],"
                + " scale=torch.float32[1], zero_point=torch.int32[1]"));
  }

  /** Options under PyTorch's names and the state dict's buffers, before the first tensor. */
  @ParameterizedTest
  @MethodSource
  void states(ObserverSpec spec, String hyperparameters, String buffers) {
    FakeQuantizeModule made = (FakeQuantizeModule) spec.create();
    assertThat(made.hyperparameters()).hasToString(hyperparameters);
    assertThat(
            new TreeMap<>(made.buffers())
                .entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue().description())
                    .collect(Collectors.joining(", ")))
        .isEqualTo(buffers);
    assertThat(made.tensor("fake_quant_enabled").item()).isOne();
    assertThat(made.tensor("observer_enabled").item()).isOne();
    assertThat(made.observer()).isSameAs(made.module("activation_post_process"));
    assertThat(made.range()).isEqualTo(made.observer().range());
    assertThat(made.isDynamic()).isEqualTo(made.observer().isDynamic());
    assertThat(made.channelAxis()).isEqualTo(made.observer().channelAxis());
    assertThat(made.eps()).isEqualTo(0x1p-23);
  }

  @Test
  void fixedParametersAreThereFromTheStart() {
    FakeQuantizeModule made =
        (FakeQuantizeModule) torch("FixedQParamsFakeQuantize").with("observer", fixed()).create();
    assertThat(made.tensor("scale").floats()).containsExactly(0.5f);
    assertThat(made.tensor("zero_point").ints()).containsExactly(3);
    assertThat(torch("FakeQuantize").with("eps", 0.25).create().eps()).isEqualTo(0.25);
  }

  static Stream<Arguments> refusals() {
    String cannot = "Cannot make torch.ao.quantization.";
    return Stream.of(
        Arguments.of(
            torch("FakeQuantize").with("quant_min", 5).with("quant_max", 4),
            cannot + "FakeQuantize: range 5..4, expected quant_min <= quant_max within 0..255"),
        Arguments.of(
            torch("FakeQuantize").with("quant_min", -1).with("quant_max", 4),
            cannot + "FakeQuantize: range -1..4, expected quant_min <= quant_max within 0..255"),
        Arguments.of(
            torch("FakeQuantize").with("quant_min", 0).with("quant_max", 256),
            cannot + "FakeQuantize: range 0..256, expected quant_min <= quant_max within 0..255"),
        Arguments.of(
            torch("FakeQuantize").with("observer", torch("NoopObserver")),
            cannot
                + "FakeQuantize: observer torch.ao.quantization.NoopObserver, expected one with a"
                + " quantized range"),
        Arguments.of(
            torch("FusedMovingAvgObsFakeQuantize").with("observer", torch("MinMaxObserver")),
            cannot
                + "FusedMovingAvgObsFakeQuantize: observer torch.ao.quantization.MinMaxObserver,"
                + " expected MovingAverageMinMaxObserver or MovingAveragePerChannelMinMaxObserver"),
        Arguments.of(
            torch("FixedQParamsFakeQuantize").with("observer", torch("MinMaxObserver")),
            cannot
                + "FixedQParamsFakeQuantize: observer torch.ao.quantization.MinMaxObserver of"
                + " torch.per_tensor_affine, expected a per-tensor FixedQParamsObserver"),
        Arguments.of(
            torch("FixedQParamsFakeQuantize")
                .with("observer", fixed().with("qscheme", QScheme.PER_CHANNEL_AFFINE)),
            cannot
                + "FixedQParamsFakeQuantize: observer torch.ao.quantization.FixedQParamsObserver of"
                + " torch.per_channel_affine, expected a per-tensor FixedQParamsObserver"));
  }

  @ParameterizedTest
  @MethodSource
  void refusals(ObserverSpec spec, String message) {
    assertThatThrownBy(spec::create).isInstanceOf(ObserverException.class).hasMessage(message);
  }

  @Test
  void learnableSettingsAreChecked() {
    ObserverSpec spec =
        torch("_learnable_fake_quantize._LearnableFakeQuantize")
            .with("observer", torch("MovingAverageMinMaxObserver"));
    String cannot = "Cannot make " + spec.type() + ": ";
    assertThatThrownBy(() -> spec.with("quant_min", 4).with("quant_max", 4).create())
        .hasMessage(cannot + "range 4..4, expected quant_min < quant_max");
    assertThatThrownBy(() -> spec.with("channel_len", 0).create())
        .hasMessage(cannot + "channel_len=0, expected at least 1");
    assertThatThrownBy(() -> spec.with("quant_max", 256).create())
        .hasMessage(cannot + "range 0..256, expected quant_min <= quant_max within 0..255");
    assertThat(((FakeQuantizeModule) spec.with("channel_len", 1).create()).tensor("scale").numel())
        .isOne();
    FakeQuantizeModule three =
        (FakeQuantizeModule)
            spec.with("channel_len", 3).with("scale", 0.5).with("zero_point", 2.0).create();
    assertThat(three.tensor("scale").floats()).containsExactly(0.5f, 0.5f, 0.5f);
    assertThat(three.tensor("zero_point").floats()).containsExactly(2, 2, 2);
    assertThat(three.tensor("eps").floats()).containsExactly(0x1p-23f);
    assertThat(three.buffers().keySet())
        .containsExactlyInAnyOrder(
            "eps", "static_enabled", "learning_enabled", "fake_quant_enabled");
  }

  @Test
  void phasesSetTheSwitchesOfTorch() {
    LearnableFakeQuantize made = learnable(QScheme.PER_TENSOR_AFFINE);
    assertThat(switches(made)).containsExactly(1L, 0L, 1L);
    made.enter(LearnableFakeQuantize.Phase.LEARNING);
    assertThat(switches(made)).containsExactly(0L, 1L, 1L);
    made.enter(LearnableFakeQuantize.Phase.STATIC_OBSERVATION);
    assertThat(switches(made)).containsExactly(1L, 0L, 0L);
  }

  private static List<Long> switches(LearnableFakeQuantize made) {
    return Stream.of("static_enabled", "learning_enabled", "fake_quant_enabled")
        .map(name -> made.tensor(name).longAt(0))
        .toList();
  }

  /** s − 0.25 · 2 and z − 0.25 · 8; a symmetric zero point goes back to 0 where it is used. */
  @Test
  void descentFollowsTheGradients() {
    LearnableFakeQuantize made = learnable(QScheme.PER_TENSOR_SYMMETRIC);
    made.enter(LearnableFakeQuantize.Phase.LEARNING);
    Tensor any = Tensor.of(new float[] {1}, 1);
    made.descend(
        new LearnableFakeQuantization.Gradients(
            any, Tensor.of(new float[] {2}, 1), Tensor.of(new float[] {8}, 1)),
        0.25);
    assertThat(made.tensor("scale").floats()).containsExactly(0.5f);
    assertThat(made.tensor("zero_point").floats()).containsExactly(-2);
    assertThat(made.calculateQParams().zeroPoint(0)).isEqualTo(-2);
    made.forward(any);
    assertThat(made.tensor("zero_point").floats()).containsExactly(0);
    made.descend(
        new LearnableFakeQuantization.Gradients(
            any, Tensor.of(new float[] {9}, 1), Tensor.of(new float[] {0}, 1)),
        1);
    assertThat(made.calculateQParams().scale(0)).isEqualTo(0x1p-23f);
  }
}
