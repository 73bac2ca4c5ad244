package io.octant.quantization.observer;

import io.octant.calibration.L2Search;
import io.octant.calibration.ValueRange;
import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * Histogram over the range seen so far, widened when a tensor goes beyond; its range is then
 * narrowed for the smallest squared error. Exactly PyTorch's, for parity in one process: the result
 * depends on the order of tensors. {@link GridHistogramObserver} is the one to distribute.
 *
 * <p>Infinite values are left out and counted. NaN is refused. The search assumes 2^bits levels
 * whatever the range, as PyTorch's does.
 */
@TorchType("torch.ao.quantization.HistogramObserver")
public final class HistogramObserver extends UniformObserver {
  private static final String HISTOGRAM = "histogram";
  private static final long UPSAMPLE_RATE = 16;

  private final int bins;
  private long infinities;

  HistogramObserver(KeywordArguments args) {
    super(refuseDynamic(args, readPerTensor(args)));
    bins = args.integer("bins", 2048);
    if (bins <= 0) {
      throw args.refusal("bins=" + bins, "at least 1");
    }
    setBuffer(HISTOGRAM, Tensor.of(new float[bins], bins));
    remember(Tensor.scalar(Float.POSITIVE_INFINITY), Tensor.scalar(Float.NEGATIVE_INFINITY));
  }

  /** Counts of the bins from {@link #min} to {@link #max}. */
  public float[] histogram() {
    return tensor(HISTOGRAM).floats();
  }

  /** Infinite values that were left out. */
  public long infinities() {
    return infinities;
  }

  @Override
  public void observe(Tensor x) {
    double[] values = withoutInfinities(x);
    if (values.length == 0) {
      return;
    }
    float oldMin = min()[0];
    float oldMax = max()[0];
    boolean first = oldMin == Float.POSITIVE_INFINITY || oldMax == Float.NEGATIVE_INFINITY;
    double newMin = oldMin;
    double newMax = oldMax;
    for (double v : values) {
      newMin = Math.min(newMin, v);
      newMax = Math.max(newMax, v);
    }
    float[] counts = count(values, newMin, newMax, x.dtype() == DType.FLOAT64);
    if (!first) {
      float[] old = histogram();
      if (newMin != oldMin || newMax != oldMax) {
        old = EqualWidthHistogram.widen(old, oldMin, oldMax, (float) newMin, (float) newMax);
      }
      for (int i = 0; i < bins; i++) {
        counts[i] += old[i];
      }
    }
    setBuffer(HISTOGRAM, Tensor.of(counts, bins));
    remember(Tensor.scalar((float) newMin), Tensor.scalar((float) newMax));
  }

  private float[] count(double[] values, double low, double high, boolean wide) {
    if (Double.isNaN(low)) {
      throw new ObserverException(
          "Cannot observe NaN with "
              + type()
              + ", expected numbers (GridHistogramObserver counts"
              + " NaN and goes on)");
    }
    return EqualWidthHistogram.count(values, bins, low, high, wide);
  }

  private double[] withoutInfinities(Tensor x) {
    Extrema.requireFloat(x);
    double[] kept = new double[x.numel()];
    int n = 0;
    for (int i = 0; i < kept.length; i++) {
      double v = x.doubleAt(i);
      if (!Double.isInfinite(v)) {
        kept[n++] = v;
      }
    }
    infinities += kept.length - n;
    return n == kept.length ? kept : Arrays.copyOf(kept, n);
  }

  @Override
  public CalculatedQParams calculateQParams() {
    if (min()[0] == Float.POSITIVE_INFINITY && max()[0] == Float.NEGATIVE_INFINITY) {
      return UniformQParams.of(min(), max(), settings());
    }
    ValueRange range = new L2Search(histogram(), min()[0], max()[0], levels()).search();
    return UniformQParams.of(new float[] {range.min()}, new float[] {range.max()}, settings());
  }

  private double levels() {
    return Math.scalb(1.0, 8 * dtype().bytes());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put("bins", (long) bins);
    out.put("dst_nbins", (long) levels());
    out.put("upsample_rate", UPSAMPLE_RATE);
    return out;
  }
}
