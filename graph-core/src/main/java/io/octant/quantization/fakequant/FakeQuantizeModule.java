package io.octant.quantization.fakequant;

import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.DType;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Base of the fake quantizes; PyTorch's {@code FakeQuantizeBase}: an observer as child, scale and
 * zero point, and switches for observing and for fake quantization that are part of the state.
 */
public abstract class FakeQuantizeModule extends ActivationPostProcess {
  /** Name of the child that observes. */
  public static final String OBSERVER = "activation_post_process";

  static final String SCALE = "scale";
  static final String ZERO_POINT = "zero_point";
  static final String FAKE_QUANT_ENABLED = "fake_quant_enabled";

  private final QScheme qscheme;
  private final Optional<QRange> range;
  private final boolean dynamic;
  private final int channelAxis;

  /**
   * A fake quantize with the type, scheme, range and axis of an observer, which becomes its child.
   */
  protected FakeQuantizeModule(ActivationPostProcess observer) {
    super(observer.dtype());
    this.qscheme = observer.qscheme();
    this.range = observer.range();
    this.dynamic = observer.isDynamic();
    this.channelAxis = observer.channelAxis();
    setChild(OBSERVER, observer);
  }

  /** The observer that learns the range. */
  public final ActivationPostProcess observer() {
    return (ActivationPostProcess) module(OBSERVER);
  }

  @Override
  public QScheme qscheme() {
    return qscheme;
  }

  @Override
  public Optional<QRange> range() {
    return range;
  }

  @Override
  public boolean isDynamic() {
    return dynamic;
  }

  @Override
  public double eps() {
    return observer().eps();
  }

  @Override
  public int channelAxis() {
    return channelAxis;
  }

  /** Observes, if that is switched on, and fake-quantizes, if that is. */
  public abstract FakeQuantization forward(Tensor x);

  @Override
  public final Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    return forward(tensorArgument(args, kwargs)).output();
  }

  /** What {@link #forward} learns from a tensor, if observing is switched on. */
  @Override
  public final void observe(Tensor x) {
    forward(x);
  }

  /** Switches an activity on or off. */
  public abstract void apply(Toggle toggle);

  /** Current parameters as the arithmetic takes them for a tensor. */
  final QParams currentQParams(Tensor x) {
    return new CalculatedQParams(tensor(SCALE), tensor(ZERO_POINT), List.of())
        .toQParams(qscheme, axisOf(x));
  }

  /** The channel axis of a tensor, counted from its first; −1 if per tensor. */
  final int axisOf(Tensor x) {
    return qscheme.isPerChannel() ? x.shape().axis(channelAxis) : -1;
  }

  final QRange requiredRange() {
    return range.orElseThrow();
  }

  final boolean isOn(String flag) {
    return tensor(flag).item() == 1;
  }

  /** Sets a switch; as PyTorch, one element of the type that the switch has. */
  final void setFlag(String name, DType dtype, boolean on) {
    setBuffer(name, Flags.of(dtype, on));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    range.ifPresent(
        r -> {
          out.put("quant_min", (long) r.min());
          out.put("quant_max", (long) r.max());
        });
    out.put("is_dynamic", dynamic);
    out.put("dtype", dtype());
    out.put("qscheme", qscheme);
    out.put("ch_axis", (long) channelAxis);
    out.put("is_per_channel", qscheme.isPerChannel());
    return out;
  }
}
