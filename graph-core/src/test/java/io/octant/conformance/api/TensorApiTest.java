package io.octant.conformance.api;

import static io.octant.quantization.GraphModels.random;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.quantization.equalization.EqualizationException;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Quantizing and observing tensors. */
class TensorApiTest {
  private static Object call(String function, Object... args) {
    return ReferenceOperators.standard()
        .callFunction(FunctionType.of(function), List.of(args), Map.of());
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(OctantException.class).hasMessage(message);
  }

  @ApiCase("fake_quantize_range_inverted")
  void fakeQuantizeRangeInverted() {
    assertRefused(
        () -> FakeQuantization.of(random(1, 4), QParams.perTensor(0.1, 0), new QRange(10, 5)),
        "Cannot make quantized range: 10 to 5, expected min <= max");
  }

  @ApiCase("fake_quantize_zero_point_outside")
  void fakeQuantizeZeroPointOutside() {
    assertRefused(
        () -> FakeQuantization.of(random(1, 4), QParams.perTensor(0.1, 300), new QRange(0, 255)),
        "Cannot quantize with zero point: 300, expected one within 0..255");
  }

  @ApiCase("quantize_per_tensor_zero_point_out_of_range")
  void quantizePerTensorZeroPointOutOfRange() {
    assertRefused(
        () -> call("torch.quantize_per_tensor", random(1, 4), 0.1, 300L, DType.QUINT8),
        "Cannot quantize with zero point: 300, expected one within 0..255");
  }

  private static Object quantizePerChannel(float[] scales, long[] zeroPoints) {
    return call(
        "torch.quantize_per_channel",
        random(1, 2, 2),
        Tensor.of(scales, scales.length),
        Tensor.of(DType.INT64, Shape.of(zeroPoints.length), zeroPoints),
        0L,
        DType.QUINT8);
  }

  @ApiCase("quantize_per_channel_wrong_count")
  void quantizePerChannelWrongCount() {
    assertRefused(
        () -> quantizePerChannel(new float[] {0.1f, 0.1f, 0.1f}, new long[] {0, 0, 0}),
        "Cannot quantize tensor of shape [2, 2] on axis 0: 3 scales, expected 2");
  }

  @ApiCase("quantize_per_channel_zero_point_out_of_range")
  void quantizePerChannelZeroPointOutOfRange() {
    assertRefused(
        () -> quantizePerChannel(new float[] {0.1f, 0.1f}, new long[] {0, 300}),
        "Cannot quantize with zero point: 300 of channel 1, expected one within 0..255");
  }

  @ApiCase("input_equalization_1d")
  void inputEqualization1d() {
    ActivationPostProcess observer =
        ObserverSpec.of("torch.ao.quantization.fx._equalize._InputEqualizationObserver").create();
    assertThatThrownBy(() -> observer.observe(random(1, 4)))
        .isExactlyInstanceOf(EqualizationException.class)
        .hasMessage(
            "Cannot observe tensor of shape [4] for equalization:"
                + " torch.ao.quantization.fx._equalize._InputEqualizationObserver only supports"
                + " Linear and Conv layers, expected rank 2 to 5");
  }
}
