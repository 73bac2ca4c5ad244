package io.octant.quantization.observer;

import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Base of the observers that compute uniform quantization parameters; PyTorch's {@code
 * UniformQuantizationObserverBase}. Everything learned is in the buffers {@code min_val} and {@code
 * max_val} (and {@code histogram}), so that saving and loading buffers saves and loads the
 * observer.
 */
public abstract class UniformObserver extends ActivationPostProcess {
  static final String MIN = "min_val";
  static final String MAX = "max_val";

  private final UniformSettings settings;

  /** An observer with the buffer {@code eps}, a float32. */
  protected UniformObserver(UniformSettings settings) {
    super(settings.dtype());
    this.settings = settings;
    setBuffer("eps", Tensor.of(new float[] {settings.floatEps()}, 1));
  }

  /** Refuses what a per-tensor class cannot do. */
  protected static UniformSettings readPerTensor(KeywordArguments args) {
    UniformSettings s = UniformSettings.read(args, QScheme.PER_TENSOR_AFFINE);
    if (s.qscheme().isPerChannel()) {
      throw args.refusal(
          "qscheme=" + s.qscheme(), "torch.per_tensor_affine or torch.per_tensor_symmetric");
    }
    return s;
  }

  /** Refuses what a per-channel class cannot do. */
  protected static UniformSettings readPerChannel(KeywordArguments args) {
    UniformSettings s = UniformSettings.read(args, QScheme.PER_CHANNEL_AFFINE);
    if (!s.qscheme().isPerChannel()) {
      throw args.refusal(
          "qscheme=" + s.qscheme(),
          "torch.per_channel_affine, torch.per_channel_symmetric or"
              + " torch.per_channel_affine_float_qparams");
    }
    return refuseReducedSymmetric(args, refuseDynamic(args, s));
  }

  static UniformSettings refuseDynamic(KeywordArguments args, UniformSettings s) {
    if (s.dynamic()) {
      throw args.refusal("is_dynamic=true", "a static observer");
    }
    return s;
  }

  /** PyTorch's min/max observers refuse to halve the range of symmetric quint8. */
  static UniformSettings refuseReducedSymmetric(KeywordArguments args, UniformSettings s) {
    if (s.qscheme().isSymmetric() && s.reduceRange() && s.dtype() == DType.QUINT8) {
      throw args.refusal(
          "reduce_range=true of symmetric torch.quint8", "an affine scheme or another dtype");
    }
    return s;
  }

  /** Type, scheme, range and eps. */
  public UniformSettings settings() {
    return settings;
  }

  @Override
  public QScheme qscheme() {
    return settings.qscheme();
  }

  @Override
  public Optional<QRange> range() {
    return Optional.of(settings.range());
  }

  @Override
  public boolean isDynamic() {
    return settings.dynamic();
  }

  @Override
  public double eps() {
    return settings.eps();
  }

  /** Smallest values seen: a scalar, or one for each channel (none before the first tensor). */
  public final float[] min() {
    return tensor(MIN).floats();
  }

  /** Largest values seen: a scalar, or one for each channel (none before the first tensor). */
  public final float[] max() {
    return tensor(MAX).floats();
  }

  /** Sets what {@link #min} and {@link #max} give. */
  protected final void remember(Tensor min, Tensor max) {
    setBuffer(MIN, min);
    setBuffer(MAX, max);
  }

  @Override
  public CalculatedQParams calculateQParams() {
    return UniformQParams.of(min(), max(), settings);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", settings.dtype());
    out.put("is_dynamic", settings.dynamic());
    out.put("qscheme", settings.qscheme());
    out.put("reduce_range", settings.reduceRange());
    out.put("has_customized_qrange", settings.customRange());
    out.put("quant_min", (long) settings.range().min());
    out.put("quant_max", (long) settings.range().max());
    return out;
  }
}
