package io.octant.quantization.observer;

import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.graph.Module;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Octant's default observer: statistics that merge exactly, and a range solved from them by a
 * {@link RangeMethod} of choice. Independent of the order and grouping of tensors, unlike {@link
 * HistogramObserver}, whose place it takes in distributed calibration. No PyTorch counterpart.
 *
 * <p>Keywords: {@code method} ({@code minmax}, {@code l2}, {@code mse}, {@code percentile:P},
 * {@code entropy}; {@link RangeMethod#byDefault} unless told) and those of {@link
 * HistogramObserver} but {@code bins}. NaN and infinities are counted and left out.
 */
public final class GridHistogramObserver extends UniformObserver implements TensorObserver {
  /** Name by which an {@link ObserverSpec} asks for this class. */
  public static final String TYPE = GridHistogramObserver.class.getName();

  private static final String METHOD = "method";

  static final ObserverTraits TRAITS = ObserverTraits.octant(METHOD);

  private final RangeMethod method;
  private TensorStatistics statistics = new TensorStatistics();
  private @Nullable ValueRange solved;
  private @Nullable ValueRange limit;

  GridHistogramObserver(KeywordArguments args) {
    super(refuseDynamic(args, readPerTensor(args)));
    method = RangeMethod.parse(args.text(METHOD, RangeMethod.byDefault().toString()));
    refresh();
  }

  /**
   * The spec that takes the place of PyTorch's histogram observer.
   *
   * @param spec a spec of {@link HistogramObserver}; its keywords are kept, but for {@code bins}
   */
  public static ObserverSpec inPlaceOf(ObserverSpec spec, RangeMethod method) {
    if (!spec.type().equals(ObserverSpec.TORCH + "HistogramObserver")) {
      throw new ObserverException(
          "Cannot replace observer: " + spec.type() + ", expected HistogramObserver");
    }
    Map<String, Object> kwargs = new LinkedHashMap<>(spec.kwargs());
    kwargs.remove("bins");
    kwargs.put(METHOD, method.toString());
    return new ObserverSpec(TYPE, kwargs);
  }

  /** How the range is found in the counts when the run is over. */
  public RangeMethod method() {
    return method;
  }

  /** What was seen. Not a copy. */
  public TensorStatistics statistics() {
    return statistics;
  }

  /** Bounds beyond which values do not matter; see {@link ActivationLimits}. */
  public Optional<ValueRange> limit() {
    return Optional.ofNullable(limit);
  }

  @Override
  public void limitTo(ValueRange range) {
    limit = range;
    solved = null;
  }

  @Override
  public boolean countsOnce() {
    return true;
  }

  @Override
  public void observe(Tensor x) {
    statistics.update(Extrema.floats(x));
    refresh();
  }

  @Override
  public void merge(TensorStatistics more) {
    statistics.merge(more);
    refresh();
  }

  private void refresh() {
    solved = null;
    remember(Tensor.scalar(statistics.min()), Tensor.scalar(statistics.max()));
  }

  /** The range that the method chooses; the parameters follow from it as in every observer. */
  @Override
  public CalculatedQParams calculateQParams() {
    if (!statistics.hasRange()) {
      return super.calculateQParams();
    }
    ValueRange range = solvedRange();
    boolean onlyZeros = range.min() == 0 && range.max() == 0; // every scale is right: a usual one
    UniformSettings used =
        onlyZeros && eps() < DEFAULT_EPS ? settings().withEps(DEFAULT_EPS) : settings();
    CalculatedQParams out =
        UniformQParams.of(new float[] {range.min()}, new float[] {range.max()}, used);
    List<String> warnings = new ArrayList<>(out.warnings());
    widenedPercentile(range).ifPresent(warnings::add);
    return new CalculatedQParams(out.scale(), out.zeroPoint(), warnings);
  }

  /** A share that was asked for and not kept to is no secret. */
  private Optional<String> widenedPercentile(ValueRange range) {
    TensorStatistics s = limited();
    if (!(method instanceof RangeMethod.Percentile) || s.min() == s.max()) {
      return Optional.empty();
    }
    ValueRange asked = method.search(s, target());
    return asked.min() <= range.min() && asked.max() >= range.max()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s is %s to %s; clipping there costs more than 0.5 dB, so the range is %s to %s",
                method,
                asked.min(),
                asked.max(),
                range.min(),
                range.max()));
  }

  @Override
  public Optional<ValueRange> solve() {
    return statistics.hasRange() ? Optional.of(solvedRange()) : Optional.empty();
  }

  private ValueRange solvedRange() {
    ValueRange known = solved;
    if (known == null) {
      known = method.solve(limited(), target());
      solved = known;
    }
    return known;
  }

  private TensorStatistics limited() {
    return limit == null ? statistics : statistics.clampedTo(limit.min(), limit.max());
  }

  private QuantizationTarget target() {
    return new QuantizationTarget(
        settings().range(),
        qscheme().isSymmetric()
            ? QuantizationTarget.Symmetry.SYMMETRIC
            : QuantizationTarget.Symmetry.AFFINE,
        UniformQParams.centre(settings()));
  }

  @Override
  public void assumeSolved(ValueRange range) {
    solved = range;
  }

  @Override
  protected void copiedFrom(Module original) {
    statistics = statistics.copy();
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = super.hyperparameters();
    out.put(METHOD, method.toString());
    return out;
  }
}
