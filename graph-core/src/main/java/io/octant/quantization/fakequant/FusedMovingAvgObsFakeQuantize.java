package io.octant.quantization.fakequant;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.MovingAverageObserver;
import io.octant.quantization.observer.ObserverException;
import io.octant.tensor.DType;
import io.octant.tensor.DynamicQParams;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * Moving average, parameters and fake quantization in one step, after the operator {@code
 * fused_moving_avg_obs_fake_quant}. Two things differ from {@link FakeQuantize}: parameters are
 * recomputed in every call that fake-quantizes, even with observing off, and never in one that does
 * not; and they come from {@link DynamicQParams}, so that a symmetric scale is {@code
 * max(|min|/128, max/127)} in training while {@link #calculateQParams}, which conversion uses,
 * divides by 127.5.
 */
@TorchType("torch.ao.quantization.FusedMovingAvgObsFakeQuantize")
public final class FusedMovingAvgObsFakeQuantize extends FakeQuantize {
  private static final String MIN = "min_val";
  private static final String MAX = "max_val";

  FusedMovingAvgObsFakeQuantize(KeywordArguments args) {
    super(requireMovingAverage(args), DType.INT64);
  }

  private static ActivationPostProcess requireMovingAverage(KeywordArguments args) {
    ActivationPostProcess observer = makeObserver(withDefaultRange(args));
    if (!(observer instanceof MovingAverageObserver)) {
      throw args.refusal(
          "observer " + observer.type(),
          "MovingAverageMinMaxObserver or MovingAveragePerChannelMinMaxObserver");
    }
    return observer;
  }

  /** Unlike {@link FakeQuantize}, this class has a range of its own unless told. */
  private static KeywordArguments withDefaultRange(KeywordArguments args) {
    Map<String, Object> all = args.rest();
    all.putIfAbsent("quant_min", 0L);
    all.putIfAbsent("quant_max", 255L);
    return new KeywordArguments(args.owner(), all);
  }

  @Override
  public FakeQuantization forward(Tensor x) {
    if (x.numel() == 0) {
      return FakeQuantization.identity(x);
    }
    if (qscheme().isPerChannel() && observer().tensor(MIN).numel() == 0) {
      startEmpty(x.shape().dim(axisOf(x)));
    }
    if (observing()) {
      requireFirstAxis(x);
      ((MovingAverageObserver) observer()).observeFused(x);
    }
    float[] min = observer().tensor(MIN).floats();
    float[] max = observer().tensor(MAX).floats();
    if (fakeQuantizing()) {
      recompute(min, max);
      return FakeQuantization.of(x, currentQParams(x), requiredRange());
    }
    if (tensor(SCALE).numel() != min.length && min.length > 0) {
      resize(min.length);
    }
    return FakeQuantization.identity(x);
  }

  /** PyTorch's kernel has channels on the first axis only, and refuses to observe others. */
  private void requireFirstAxis(Tensor x) {
    if (qscheme().isPerChannel() && axisOf(x) != 0) {
      throw new ObserverException(
          "Cannot observe channels of axis "
              + channelAxis()
              + " with "
              + type()
              + ", expected axis 0 (FakeQuantize takes any axis)");
    }
  }

  /**
   * The extrema of channels that nothing was seen of, which PyTorch's kernel makes on first use.
   */
  private void startEmpty(int channels) {
    observer().setBuffer(MIN, filled(channels, Float.POSITIVE_INFINITY));
    observer().setBuffer(MAX, filled(channels, Float.NEGATIVE_INFINITY));
  }

  private static Tensor filled(int count, float value) {
    float[] out = new float[count];
    Arrays.fill(out, value);
    return Tensor.of(out, count);
  }

  private QParams choose(float min, float max) {
    boolean seen = min != Float.POSITIVE_INFINITY || max != Float.NEGATIVE_INFINITY;
    float low = seen ? min : 0.0f;
    float high = seen ? max : 0.0f;
    return qscheme().isSymmetric()
        ? DynamicQParams.fusedSymmetric(low, high, requiredRange())
        : DynamicQParams.fusedAffine(low, high, requiredRange());
  }

  @Override
  public void recompute() {
    recompute(observer().tensor(MIN).floats(), observer().tensor(MAX).floats());
  }

  private void recompute(float[] min, float[] max) {
    float[] scales = new float[min.length];
    int[] zeroPoints = new int[min.length];
    for (int c = 0; c < min.length; c++) {
      QParams chosen = choose(min[c], max[c]);
      scales[c] = (float) chosen.scale();
      zeroPoints[c] = chosen.zeroPoint();
    }
    setBuffer(SCALE, Tensor.of(scales, scales.length));
    setBuffer(ZERO_POINT, Tensor.of(DType.INT32, Shape.of(scales.length), zeroPoints));
  }

  /** Neutral parameters, until the first fake quantization (PyTorch: undefined memory). */
  private void resize(int channels) {
    setBuffer(SCALE, filled(channels, 1.0f));
    setBuffer(ZERO_POINT, Tensor.of(DType.INT32, Shape.of(channels), new int[channels]));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("is_symmetric_quant", qscheme().isSymmetric());
    return out;
  }
}
