package io.octant.quantization.fakequant;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fake quantize whose scale and zero point are parameters: estimated by the observer at first, then
 * learned by gradient descent. PyTorch's {@code _LearnableFakeQuantize}, after Learned Step Size
 * Quantization (Esser et al., 2020).
 */
@TorchType("torch.ao.quantization._learnable_fake_quantize._LearnableFakeQuantize")
public final class LearnableFakeQuantize extends FakeQuantizeModule {
  private static final String STATIC_ENABLED = "static_enabled";
  private static final String LEARNING_ENABLED = "learning_enabled";

  private final boolean gradScaling;

  /** What a learnable fake quantize is doing; PyTorch's three {@code enable_…} methods. */
  public enum Phase {
    /** Parameters follow the observer; fake-quantizes. */
    STATIC_ESTIMATE,
    /** Parameters follow the observer; passes values on as they are. */
    STATIC_OBSERVATION,
    /** Parameters follow their gradients; fake-quantizes. */
    LEARNING
  }

  LearnableFakeQuantize(KeywordArguments args) {
    this(Settings.read(args));
  }

  private LearnableFakeQuantize(Settings settings) {
    super(settings.observer().create());
    gradScaling = settings.gradScaling();
    setParameter(SCALE, filled(settings.channels(), settings.scale()));
    setParameter(ZERO_POINT, filled(settings.channels(), settings.zeroPoint()));
    setBuffer("eps", Tensor.of(new float[] {(float) DEFAULT_EPS}, 1));
    enter(Phase.STATIC_ESTIMATE);
  }

  /** Constructor keywords; those it does not know belong to the observer. */
  private record Settings(
      ObserverSpec observer, int channels, double scale, double zeroPoint, boolean gradScaling) {
    static Settings read(KeywordArguments args) {
      ObserverSpec observer = args.requiredSpec("observer");
      int low = args.integer("quant_min", 0);
      int high = args.integer("quant_max", 255);
      int channels = args.integer("channel_len", -1);
      double scale = args.number("scale", 1.0);
      double zeroPoint = args.number("zero_point", 0.0);
      boolean gradScaling = args.flag("use_grad_scaling", false);
      Map<String, Object> kwargs = new LinkedHashMap<>(observer.kwargs());
      kwargs.putAll(args.rest());
      if (low >= high) {
        throw args.refusal("range " + low + ".." + high, "quant_min < quant_max");
      }
      if (channels != -1 && channels <= 0) {
        throw args.refusal("channel_len=" + channels, "at least 1");
      }
      FakeQuantize.requireWithin(args, low, high, kwargs);
      kwargs.put("quant_min", low);
      kwargs.put("quant_max", high);
      return new Settings(
          new ObserverSpec(observer.type(), kwargs), channels, scale, zeroPoint, gradScaling);
    }
  }

  private static Tensor filled(int channels, double value) {
    float[] values = new float[Math.max(1, channels)];
    Arrays.fill(values, (float) value);
    return Tensor.of(values, values.length);
  }

  /** Whether scale and zero point follow their gradients. */
  public boolean isLearning() {
    return isOn(LEARNING_ENABLED);
  }

  /** Whether gradients of scale and zero point are divided by √(elements · quant_max). */
  public boolean scalesGradients() {
    return gradScaling;
  }

  /** Changes what the module does from now on. */
  public void enter(Phase phase) {
    setFlag(STATIC_ENABLED, DType.UINT8, phase != Phase.LEARNING);
    setFlag(LEARNING_ENABLED, DType.UINT8, phase == Phase.LEARNING);
    setFlag(FAKE_QUANT_ENABLED, DType.UINT8, phase != Phase.STATIC_OBSERVATION);
  }

  @Override
  public void apply(Toggle toggle) {
    setFlag(toggle.ofObserver() ? STATIC_ENABLED : FAKE_QUANT_ENABLED, DType.UINT8, toggle.on());
  }

  @Override
  public FakeQuantization forward(Tensor x) {
    if (isOn(STATIC_ENABLED)) {
      observer().observe(x);
      CalculatedQParams learned = observer().calculateQParams();
      float[] zeroPoints = new float[learned.size()];
      for (int c = 0; c < zeroPoints.length; c++) {
        zeroPoints[c] = (float) learned.zeroPoint(c);
      }
      setParameter(SCALE, learned.scale());
      setParameter(ZERO_POINT, Tensor.of(zeroPoints, zeroPoints.length));
    } else {
      clampScale();
    }
    if (!isOn(FAKE_QUANT_ENABLED)) {
      return FakeQuantization.identity(x);
    }
    if (qscheme().isSymmetric()) {
      setParameter(ZERO_POINT, filled(tensor(ZERO_POINT).numel(), 0));
    }
    return arithmetic(x).forward(x);
  }

  /** Keeps learned scales from falling below {@code eps}. */
  private void clampScale() {
    float[] scales = tensor(SCALE).floats().clone();
    for (int c = 0; c < scales.length; c++) {
      scales[c] = Math.max(scales[c], (float) DEFAULT_EPS);
    }
    setParameter(SCALE, Tensor.of(scales, scales.length));
  }

  private LearnableFakeQuantization arithmetic(Tensor x) {
    double factor = gradScaling ? 1.0 / Math.sqrt((double) x.numel() * requiredRange().max()) : 1.0;
    return new LearnableFakeQuantization(
        tensor(SCALE), tensor(ZERO_POINT), axisOf(x), requiredRange(), factor);
  }

  /**
   * Gradients of the last {@link #forward} of {@code x}, with the parameters as they are now.
   *
   * @param gradOutput gradient of the output, the shape of {@code x}
   */
  public LearnableFakeQuantization.Gradients backward(Tensor x, Tensor gradOutput) {
    return arithmetic(x).backward(x, gradOutput);
  }

  /** One step of plain gradient descent on scale and zero point. */
  public void descend(LearnableFakeQuantization.Gradients gradients, double learningRate) {
    setParameter(SCALE, stepped(tensor(SCALE), gradients.scale(), learningRate));
    setParameter(ZERO_POINT, stepped(tensor(ZERO_POINT), gradients.zeroPoint(), learningRate));
  }

  private static Tensor stepped(Tensor parameter, Tensor gradient, double learningRate) {
    float[] out = parameter.floats().clone();
    for (int c = 0; c < out.length; c++) {
      out[c] -= (float) learningRate * gradient.floats()[c];
    }
    return Tensor.of(out, out.length);
  }

  /** The learned parameters; zero points rounded half to even into the range, as int64. */
  @Override
  public CalculatedQParams calculateQParams() {
    clampScale();
    float[] raw = tensor(ZERO_POINT).floats();
    long[] zeroPoints = new long[raw.length];
    for (int c = 0; c < raw.length; c++) {
      zeroPoints[c] = requiredRange().clamp((long) Math.rint(raw[c]));
    }
    return new CalculatedQParams(
        tensor(SCALE), Tensor.of(DType.INT64, Shape.of(raw.length), zeroPoints), List.of());
  }
}
