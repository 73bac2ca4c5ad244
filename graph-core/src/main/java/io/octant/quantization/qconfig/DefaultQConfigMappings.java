package io.octant.quantization.qconfig;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Default mappings by engine: a global configuration, and special ones for operators whose output
 * range is fixed or whose weight needs another observer. After {@code
 * torch.ao.quantization.qconfig_mapping}.
 */
public final class DefaultQConfigMappings {
  private static final List<TargetType> CONV_TRANSPOSE =
      List.of(
          module("ConvTranspose1d"),
          module("ConvTranspose2d"),
          module("ConvTranspose3d"),
          functional("conv_transpose1d"),
          functional("conv_transpose2d"),
          functional("conv_transpose3d"));
  private static final List<TargetType> LAYER_NORM =
      List.of(functional("layer_norm"), module("LayerNorm"));
  private static final List<TargetType> ZERO_TO_ONE =
      List.of(
          module("Hardsigmoid"),
          functional("hardsigmoid"),
          new MethodType("hardsigmoid"),
          new MethodType("hardsigmoid_"),
          module("Sigmoid"),
          FunctionType.of("torch.sigmoid"),
          new MethodType("sigmoid"),
          new MethodType("sigmoid_"),
          module("Softmax"));
  private static final List<TargetType> MINUS_ONE_TO_ONE =
      List.of(
          module("Tanh"),
          FunctionType.of("torch.tanh"),
          new MethodType("tanh"),
          new MethodType("tanh_"));
  private static final ObserverSpec GRID_HISTOGRAM = ObserverSpec.of(GridHistogramObserver.TYPE);

  /**
   * Smallest scale of Octant's own mapping: tensors down to 10^-31 keep their 256 levels, and the
   * inverse of the scale is finite. PyTorch's is 2^-23, to which tensors below 10^-8 are zero.
   */
  private static final double SMALLEST_SCALE = 0x1p-110;

  private DefaultQConfigMappings() {}

  /**
   * {@code get_default_qconfig_mapping}, exactly.
   *
   * <p>For onednn it observes the weights of transposed convolutions per channel, as PyTorch's
   * does, and prepare refuses those, as PyTorch's does; {@link #withTransposedConvolutions} is
   * without this flaw.
   */
  public static QConfigMapping ptq(QuantizedEngine engine) {
    QConfig global = QConfigs.ptq(engine);
    return special(
        global,
        engine.reducesRange() ? global.withWeight(Observers.WEIGHT) : global,
        Observers.FIXED_0_TO_1,
        Observers.FIXED_NEG1_TO_1,
        Observers.WEIGHT);
  }

  /**
   * {@link #ptq} with the weights of transposed convolutions observed per tensor on every engine:
   * the only way that they can be quantized. Differs from PyTorch for onednn only.
   */
  public static QConfigMapping withTransposedConvolutions(QuantizedEngine engine) {
    QConfig perTensor = QConfigs.ptq(engine).withWeight(Observers.WEIGHT);
    return all(ptq(engine), CONV_TRANSPOSE, perTensor);
  }

  /**
   * {@link #withTransposedConvolutions} with layer norms in float: their rows hold few large values
   * among many small ones, which one scale for all rows does not serve. What Octant's defaults
   * begin with.
   */
  public static QConfigMapping serving(QuantizedEngine engine) {
    return all(withTransposedConvolutions(engine), LAYER_NORM, null);
  }

  /** {@code get_default_qat_qconfig_mapping} of version 1. */
  public static QConfigMapping qat(QuantizedEngine engine) {
    return qat(engine, 1);
  }

  /**
   * {@code get_default_qat_qconfig_mapping}.
   *
   * @param version as in {@link QConfigs#qat(QuantizedEngine, int)}
   */
  public static QConfigMapping qat(QuantizedEngine engine, int version) {
    QConfig global = QConfigs.qat(engine, version);
    return special(
        global,
        engine.reducesRange() ? global.withWeight(Observers.WEIGHT_FAKE_QUANTIZE) : global,
        Observers.fixedFakeQuantize(Observers.FIXED_0_TO_1),
        Observers.fixedFakeQuantize(Observers.FIXED_NEG1_TO_1),
        Observers.WEIGHT_FAKE_QUANTIZE);
  }

  /** {@code _get_symmetric_qnnpack_qconfig_mapping}. */
  public static QConfigMapping symmetricQnnpack() {
    return uniform(
        QConfigs.DEFAULT_SYMMETRIC_QNNPACK,
        Observers.FIXED_0_TO_1,
        Observers.FIXED_NEG1_TO_1,
        Observers.WEIGHT);
  }

  /** {@code _get_symmetric_qnnpack_qat_qconfig_mapping}. */
  public static QConfigMapping symmetricQnnpackQat() {
    return uniform(
        QConfigs.DEFAULT_SYMMETRIC_QNNPACK_QAT,
        Observers.fixedFakeQuantize(Observers.FIXED_0_TO_1),
        Observers.fixedFakeQuantize(Observers.FIXED_NEG1_TO_1),
        Observers.WEIGHT_FAKE_QUANTIZE);
  }

  /**
   * Octant's own default for calibration over many machines: the mapping of the engine with {@code
   * GridHistogramObserver}, whose result does not depend on the order of samples, in place of
   * {@code HistogramObserver}, from {@link #serving}. No PyTorch counterpart.
   *
   * @param range whether activations use 7 bits (hardware without VNNI) or 8
   */
  public static QConfigMapping octant(QuantizedEngine engine, ActivationRange range) {
    ObserverSpec activation =
        GRID_HISTOGRAM.with("reduce_range", range == ActivationRange.SEVEN_BITS);
    return serving(engine)
        .map(
            q ->
                q.activation().type().equals(Observers.HISTOGRAM.type())
                    ? withSmallestScales(q.withActivation(activation))
                    : q);
  }

  /**
   * A qconfig with {@code GridHistogramObserver} whose scales may be as small as 2^-110, for
   * activations and weights; an {@code eps} that it says itself stays.
   */
  public static QConfig withSmallestScales(QConfig qconfig) {
    return new QConfig(
        withSmallestScale(qconfig.activation()), withSmallestScale(qconfig.weight()));
  }

  private static ObserverSpec withSmallestScale(ObserverSpec spec) {
    boolean uniform =
        spec.type().equals(GRID_HISTOGRAM.type()) || spec.type().endsWith("MinMaxObserver");
    return uniform && !spec.kwargs().containsKey("eps") ? spec.with("eps", SMALLEST_SCALE) : spec;
  }

  private static QConfigMapping special(
      QConfig global,
      QConfig convTranspose,
      ObserverSpec zeroToOne,
      ObserverSpec minusOneToOne,
      ObserverSpec fixedWeight) {
    QConfigMapping out =
        QConfigMapping.empty()
            .withGlobal(global)
            .withObjectType(new MethodType("reshape"), QConfigs.DEFAULT_REUSE_INPUT);
    out = all(out, CONV_TRANSPOSE, convTranspose);
    out = all(out, LAYER_NORM, global.withWeight(Observers.PLACEHOLDER));
    out = out.withObjectType(module("PReLU"), QConfigs.DEFAULT_QUINT8_WEIGHT);
    out = all(out, ZERO_TO_ONE, new QConfig(zeroToOne, fixedWeight));
    return all(out, MINUS_ONE_TO_ONE, new QConfig(minusOneToOne, fixedWeight));
  }

  /** The special entries with the global configuration in them, fixed ranges aside. */
  private static QConfigMapping uniform(
      QConfig global,
      ObserverSpec zeroToOne,
      ObserverSpec minusOneToOne,
      ObserverSpec fixedWeight) {
    QConfigMapping out = special(global, global, zeroToOne, minusOneToOne, fixedWeight);
    out = out.withObjectType(new MethodType("reshape"), global);
    out = all(out, LAYER_NORM, global);
    return out.withObjectType(module("PReLU"), global);
  }

  private static QConfigMapping all(
      QConfigMapping mapping, List<TargetType> types, @Nullable QConfig q) {
    QConfigMapping out = mapping;
    for (TargetType type : types) {
      out = out.withObjectType(type, q);
    }
    return out;
  }

  private static ModuleType module(String name) {
    return new ModuleType("torch.nn." + name);
  }

  private static FunctionType functional(String name) {
    return FunctionType.of("torch.nn.functional." + name);
  }
}
