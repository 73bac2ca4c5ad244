package io.octant.quantization.equalization;

import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Watches the channels on axis 1 of a tensor of rank 2 to 5 with a per-channel min-max observer,
 * and holds the factors that equalize them: the attribute {@code equalization_scale}, 1 until
 * conversion computes them.
 */
public abstract sealed class EqualizationObserver extends ActivationPostProcess
    permits InputEqualizationObserver, WeightEqualizationObserver {
  private static final String SCALE = "equalization_scale";
  private static final int CHANNEL_AXIS = 1;

  private final String channels;
  private final QScheme qscheme;

  /** Of the tensors observed; 0 before any. */
  private int rank;

  /**
   * @param channels name of the child that observes
   */
  EqualizationObserver(KeywordArguments args, DType defaultDType, String channels) {
    super(args.dtype("dtype", defaultDType));
    this.channels = channels;
    this.qscheme = args.qscheme("qscheme", QScheme.PER_TENSOR_AFFINE);
    ObserverSpec spec =
        ObserverSpec.of(ObserverSpec.TORCH + "PerChannelMinMaxObserver")
            .with("ch_axis", CHANNEL_AXIS)
            .with("dtype", dtype())
            .with(
                "qscheme",
                qscheme.isSymmetric() ? QScheme.PER_CHANNEL_SYMMETRIC : QScheme.PER_CHANNEL_AFFINE);
    for (String bound : new String[] {"quant_min", "quant_max"}) {
      Integer value = args.findInteger(bound);
      spec = value == null ? spec : spec.with(bound, value);
    }
    setChild(channels, spec.create());
    setAttribute(SCALE, Tensor.scalar(1L));
  }

  @Override
  public final QScheme qscheme() {
    return qscheme;
  }

  /**
   * @throws EqualizationException if the rank is not 2 to 5
   */
  @Override
  public final void observe(Tensor x) {
    if (x.shape().rank() < 2 || x.shape().rank() > 5) {
      throw new EqualizationException(
          "Cannot observe tensor of shape "
              + x.shape()
              + " for equalization: "
              + type().name()
              + " only supports Linear and Conv layers, expected rank 2 to 5");
    }
    rank = x.shape().rank();
    channelObserver().observe(x);
  }

  private ActivationPostProcess channelObserver() {
    return (ActivationPostProcess) module(channels);
  }

  /** Smallest value of each channel; empty before anything was observed. */
  public final float[] min() {
    return channelObserver().tensor("min_val").floats();
  }

  /** Largest value of each channel. */
  public final float[] max() {
    return channelObserver().tensor("max_val").floats();
  }

  /** The factors as a flat tensor; one element where nothing is scaled. */
  public final Tensor scale() {
    return (Tensor) attribute(SCALE);
  }

  final void setScale(Tensor scale) {
    setAttribute(SCALE, scale);
  }

  /** The factors in the shape that scales the channels of an observed tensor. */
  final Tensor reshapedScale() {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[CHANNEL_AXIS] = scale().numel();
    return scale().reshape(Shape.of(dims));
  }

  /** Whether there are factors: not before conversion, nor where nothing was observed. */
  public final boolean hasScale() {
    return scale().dtype() == DType.FLOAT32;
  }

  /** Never: these observers know factors, not parameters. */
  @Override
  public final CalculatedQParams calculateQParams() {
    throw new ObserverException(
        "Cannot calculate qparams: " + type().name() + " has none, expected another observer");
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("qscheme", qscheme);
    return out;
  }
}
