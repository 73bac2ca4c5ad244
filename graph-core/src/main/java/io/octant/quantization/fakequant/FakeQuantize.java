package io.octant.quantization.fakequant;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Observes, recomputes scale and zero point from its observer, and fake-quantizes. Keywords other
 * than {@code observer}, {@code quant_min}, {@code quant_max} and {@code is_dynamic} go to the
 * observer.
 */
@TorchType("torch.ao.quantization.FakeQuantize")
public class FakeQuantize extends FakeQuantizeModule {
  static final String OBSERVER_ENABLED = "observer_enabled";
  private static final ObserverSpec DEFAULT_OBSERVER =
      ObserverSpec.of(ObserverSpec.TORCH + "MovingAverageMinMaxObserver");

  private final DType flagType;

  FakeQuantize(KeywordArguments args) {
    this(makeObserver(args), DType.UINT8);
  }

  /**
   * @param flagType dtype of the two switches
   */
  FakeQuantize(ActivationPostProcess observer, DType flagType) {
    super(observer);
    this.flagType = flagType;
    setFlag(FAKE_QUANT_ENABLED, flagType, true);
    setFlag(OBSERVER_ENABLED, flagType, true);
    setBuffer(SCALE, Tensor.of(new float[] {1.0f}, 1));
    setBuffer(
        ZERO_POINT,
        qscheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS
            ? Tensor.of(new float[] {0.0f}, 1)
            : Tensor.of(DType.INT32, Shape.of(1), new int[] {0}));
  }

  /** Makes the observer from the keywords of the fake quantize. */
  static ActivationPostProcess makeObserver(KeywordArguments args) {
    ObserverSpec spec = args.spec("observer", DEFAULT_OBSERVER);
    Integer low = args.findInteger("quant_min");
    Integer high = args.findInteger("quant_max");
    boolean dynamic = args.flag("is_dynamic", false);
    Map<String, Object> forObserver = new LinkedHashMap<>(spec.kwargs());
    forObserver.putAll(args.rest());
    if (low != null && high != null) {
      requireWithin(args, low, high, forObserver);
      forObserver.put("quant_min", low);
      forObserver.put("quant_max", high);
    }
    if (dynamic) {
      forObserver.put("is_dynamic", true);
    }
    ActivationPostProcess observer = new ObserverSpec(spec.type(), forObserver).create();
    if (observer.range().isEmpty()) {
      throw args.refusal("observer " + spec.type(), "one with a quantized range");
    }
    return observer;
  }

  /** Refuses a range that is inverted or goes beyond the dtype among an observer's keywords. */
  static void requireWithin(
      KeywordArguments args, int low, int high, Map<String, Object> forObserver) {
    Object given = forObserver.getOrDefault("dtype", DType.QUINT8);
    if (!(given instanceof DType dtype)) {
      throw args.refusal("dtype=" + given, "a dtype");
    }
    QRange whole = QRange.of(dtype);
    if (low > high || !whole.contains(low) || !whole.contains(high)) {
      throw args.refusal("range " + low + ".." + high, "quant_min <= quant_max within " + whole);
    }
  }

  @Override
  public void apply(Toggle toggle) {
    setFlag(toggle.ofObserver() ? OBSERVER_ENABLED : FAKE_QUANT_ENABLED, flagType, toggle.on());
  }

  final boolean observing() {
    return isOn(OBSERVER_ENABLED);
  }

  final boolean fakeQuantizing() {
    return isOn(FAKE_QUANT_ENABLED);
  }

  @Override
  public CalculatedQParams calculateQParams() {
    return observer().calculateQParams();
  }

  @Override
  public FakeQuantization forward(Tensor x) {
    if (observing()) {
      observer().observe(x);
      recompute();
    }
    return fakeQuantizing()
        ? FakeQuantization.of(x, currentQParams(x), requiredRange())
        : FakeQuantization.identity(x);
  }

  /**
   * Computes scale and zero point anew from what the observer holds, as a forward pass that
   * observes leaves them: for extrema that were put there otherwise.
   */
  public void recompute() {
    CalculatedQParams learned = calculateQParams();
    setBuffer(SCALE, learned.scale());
    setBuffer(ZERO_POINT, as32Bits(learned.zeroPoint()));
  }

  /** The buffer is int32 (float32 for float qparams) whatever the observer gives. */
  private static Tensor as32Bits(Tensor zeroPoint) {
    if (zeroPoint.dtype() != DType.INT64) {
      return zeroPoint;
    }
    int[] narrow = new int[zeroPoint.numel()];
    for (int c = 0; c < narrow.length; c++) {
      narrow[c] = Math.toIntExact(zeroPoint.longAt(c));
    }
    return Tensor.of(DType.INT32, zeroPoint.shape(), narrow);
  }
}
