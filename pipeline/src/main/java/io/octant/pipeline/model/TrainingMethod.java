package io.octant.pipeline.model;

import io.octant.calibration.ValueRange;
import io.octant.graph.GraphModule;
import io.octant.quantization.fakequant.FakeQuantize;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.FixedQParamsObserver;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.observer.MovingAverageMinMaxObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.observer.UniformObserver;
import io.octant.quantization.observer.UniformSettings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** A method of quantizing after training as one of quantizing while training. */
public final class TrainingMethod {
  private static final String MIN = "min_val";
  private static final String MAX = "max_val";

  private TrainingMethod() {}

  /**
   * The method with fake quantizes in place of observers, of the same types, schemes and ranges of
   * integers: what {@code get_default_qat_qconfig} is to {@code get_default_qconfig}.
   */
  public static QuantizationMethod of(QuantizationMethod method) {
    return new QuantizationMethod(
        method.mapping().map(q -> new QConfig(trained(q.activation()), trained(q.weight()))),
        method.backend(),
        method.arithmetic());
  }

  private static ObserverSpec trained(ObserverSpec spec) {
    if (!spec.type().endsWith("Observer")) {
      return spec;
    }
    ActivationPostProcess observer = spec.create();
    if (observer instanceof FixedQParamsObserver) {
      return torch("FixedQParamsFakeQuantize").with("observer", spec);
    }
    if (!(observer instanceof UniformObserver uniform) || uniform.isDynamic()) {
      return spec;
    }
    UniformSettings settings = uniform.settings();
    boolean fuses = settings.qscheme() != QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS;
    ObserverSpec out =
        torch(fuses ? "FusedMovingAvgObsFakeQuantize" : "FakeQuantize")
            .with(
                "observer",
                torch(
                    settings.qscheme().isPerChannel()
                        ? "MovingAveragePerChannelMinMaxObserver"
                        : "MovingAverageMinMaxObserver"))
            .with("dtype", settings.dtype())
            .with("qscheme", settings.qscheme())
            .with("quant_min", settings.range().min())
            .with("quant_max", settings.range().max());
    return settings.qscheme().isPerChannel() ? out.with("ch_axis", uniform.channelAxis()) : out;
  }

  private static ObserverSpec torch(String name) {
    return ObserverSpec.of(ObserverSpec.TORCH + name);
  }

  /**
   * A model prepared for training whose fake quantizes begin with the ranges that calibration has
   * found.
   *
   * @param training steps of the same model with {@link #of}
   * @param calibrated with observers that saw data
   */
  public static GraphModule begin(ModelSteps training, GraphModule calibrated) {
    Map<String, ValueRange> ranges = new HashMap<>();
    for (ObservedNode observed : ObservedNode.of(calibrated)) {
      if (observed.observer() instanceof MergeableObserver<?> observer) {
        observer.solve().ifPresent(range -> ranges.put(observed.node(), range));
      }
    }
    GraphModule out = training.preparedForTraining();
    for (ObservedNode observed : ObservedNode.of(out)) {
      ValueRange range = ranges.get(observed.node());
      if (range != null
          && observed.observer() instanceof FakeQuantize fake
          && fake.observer() instanceof MovingAverageMinMaxObserver average) {
        average.setBuffer(MIN, Tensor.scalar(range.min()));
        average.setBuffer(MAX, Tensor.scalar(range.max()));
        fake.recompute();
      }
    }
    return out;
  }
}
