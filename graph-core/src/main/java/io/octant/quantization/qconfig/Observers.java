package io.octant.quantization.qconfig;

import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;

/**
 * The observer specs that presets are made of, with exactly the keywords that PyTorch gives them.
 */
final class Observers {
  /** The smallest scale that XNNPACK's signed kernels take. */
  static final double XNNPACK_EPS = 0x1p-12;

  static final ObserverSpec MIN_MAX = torch("MinMaxObserver");
  static final ObserverSpec HISTOGRAM = torch("HistogramObserver");
  static final ObserverSpec PLACEHOLDER = torch("PlaceholderObserver");
  static final ObserverSpec NOOP = torch("NoopObserver");

  static final ObserverSpec MIN_MAX_7_BIT = MIN_MAX.with("quant_min", 0).with("quant_max", 127);
  static final ObserverSpec WEIGHT =
      MIN_MAX.with("dtype", DType.QINT8).with("qscheme", QScheme.PER_TENSOR_SYMMETRIC);
  static final ObserverSpec PER_CHANNEL_WEIGHT =
      torch("PerChannelMinMaxObserver")
          .with("dtype", DType.QINT8)
          .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC);
  static final ObserverSpec DYNAMIC =
      PLACEHOLDER
          .with("dtype", DType.QUINT8)
          .with("quant_min", 0)
          .with("quant_max", 255)
          .with("is_dynamic", true);
  static final ObserverSpec FLOAT16 = PLACEHOLDER.with("dtype", DType.FLOAT16);
  static final ObserverSpec FIXED_0_TO_1 = fixed(1.0 / 256, 0);
  static final ObserverSpec FIXED_NEG1_TO_1 = fixed(2.0 / 256, 128);

  static final ObserverSpec FAKE_QUANTIZE =
      torch("FakeQuantize").with("observer", torch("MovingAverageMinMaxObserver"));
  static final ObserverSpec PER_CHANNEL_FAKE_QUANTIZE =
      torch("FakeQuantize").with("observer", torch("MovingAveragePerChannelMinMaxObserver"));
  static final ObserverSpec FUSED_FAKE_QUANTIZE =
      torch("FusedMovingAvgObsFakeQuantize").with("observer", torch("MovingAverageMinMaxObserver"));
  static final ObserverSpec PER_CHANNEL_FUSED_FAKE_QUANTIZE =
      torch("FusedMovingAvgObsFakeQuantize")
          .with("observer", torch("MovingAveragePerChannelMinMaxObserver"));

  static final ObserverSpec WEIGHT_FAKE_QUANTIZE =
      int8(FAKE_QUANTIZE).with("qscheme", QScheme.PER_TENSOR_SYMMETRIC).with("reduce_range", false);
  static final ObserverSpec PER_CHANNEL_WEIGHT_FAKE_QUANTIZE =
      int8(PER_CHANNEL_FAKE_QUANTIZE)
          .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
          .with("reduce_range", false)
          .with("ch_axis", 0);
  static final ObserverSpec FUSED_WEIGHT_FAKE_QUANTIZE =
      int8(FUSED_FAKE_QUANTIZE).with("qscheme", QScheme.PER_TENSOR_SYMMETRIC);
  static final ObserverSpec FUSED_PER_CHANNEL_WEIGHT_FAKE_QUANTIZE =
      int8(PER_CHANNEL_FUSED_FAKE_QUANTIZE).with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC);

  private Observers() {}

  static ObserverSpec torch(String name) {
    return ObserverSpec.of(ObserverSpec.TORCH + name);
  }

  static ObserverSpec uint8(ObserverSpec spec) {
    return spec.with("quant_min", 0).with("quant_max", 255);
  }

  private static ObserverSpec int8(ObserverSpec spec) {
    return spec.with("quant_min", -128).with("quant_max", 127).with("dtype", DType.QINT8);
  }

  private static ObserverSpec fixed(double scale, int zeroPoint) {
    return torch("FixedQParamsObserver")
        .with("scale", scale)
        .with("zero_point", zeroPoint)
        .with("dtype", DType.QUINT8)
        .with("quant_min", 0)
        .with("quant_max", 255);
  }

  /** Fixed parameters as a fake quantize, for training. */
  static ObserverSpec fixedFakeQuantize(ObserverSpec fixedObserver) {
    return torch("FixedQParamsFakeQuantize").with("observer", fixedObserver);
  }
}
