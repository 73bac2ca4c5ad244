package io.octant.jobs;

import io.octant.calibration.RangeMethod;
import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import io.octant.jobs.config.Backend;
import io.octant.jobs.config.QConfigOverride;
import io.octant.jobs.config.QuantizationConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code quantization} of a configuration in the terms of the library.
 *
 * <p>Every histogram observer becomes a {@link GridHistogramObserver}, whose result does not depend
 * on how the data is split.
 *
 * @param mapping which part of a model gets which QConfig
 * @param backend name of the backend configuration
 * @param arithmetic the engine whose integer arithmetic the int8 graph follows
 */
record QuantizationChoice(QConfigMapping mapping, String backend, QuantizedEngine arithmetic) {

  private static final String HISTOGRAM = ObserverSpec.TORCH + "HistogramObserver";

  /**
   * Translates.
   *
   * @throws SettingsException if an override names a QConfig that there is not
   */
  static QuantizationChoice of(QuantizationConfig config) {
    QConfigMapping mapping = defaultMapping(config.backend());
    for (QConfigOverride override : config.overrides()) {
      mapping = with(mapping, override);
    }
    RangeMethod method = config.method().range(config.percentile());
    boolean reduces = config.activationBits() == 7;
    return new QuantizationChoice(
        mapping.map(
            qconfig -> narrowed(distributed(qconfig, method, reduces), config.weightBits())),
        key(config.backend()),
        arithmetic(config.backend()));
  }

  /** What a configuration without any key of the section means. */
  static QuantizationChoice preset() {
    return of(QuantizationConfig.byDefault());
  }

  QuantizationMethod method() {
    BackendConfig patterns =
        backend.equals(key(Backend.TENSORRT))
            ? BackendConfigs.of(backend)
            : BackendConfigs.octant(backend);
    return new QuantizationMethod(mapping, patterns, arithmetic);
  }

  /** TensorRT runs elsewhere; here its int8 graph is computed as on x86. */
  private static QuantizedEngine arithmetic(Backend backend) {
    return backend == Backend.TENSORRT ? QuantizedEngine.X86 : QuantizedEngine.of(key(backend));
  }

  private static String key(Backend backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  private static QConfigMapping defaultMapping(Backend backend) {
    return backend == Backend.TENSORRT
        ? QConfigMapping.empty().withGlobal(tensorRt())
        : DefaultQConfigMappings.serving(QuantizedEngine.of(key(backend)));
  }

  /** TensorRT takes symmetric int8 only: activations per tensor, weights per channel. */
  private static QConfig tensorRt() {
    return QConfigs.DEFAULT_PER_CHANNEL.withActivation(
        ObserverSpec.of(HISTOGRAM)
            .with("dtype", DType.QINT8)
            .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC));
  }

  private static QConfig distributed(QConfig qconfig, RangeMethod method, boolean reduces) {
    ObserverSpec activation = qconfig.activation();
    if (!activation.type().equals(HISTOGRAM)) {
      return qconfig;
    }
    ObserverSpec ranged =
        Boolean.TRUE.equals(activation.kwargs().get("reduce_range"))
            ? activation.with("reduce_range", reduces)
            : activation;
    return DefaultQConfigMappings.withSmallestScales(
        qconfig.withActivation(GridHistogramObserver.inPlaceOf(ranged, method)));
  }

  /** Weights of integers in a smaller range of the same type. */
  private static QConfig narrowed(QConfig qconfig, int bits) {
    ObserverSpec weight = qconfig.weight();
    boolean narrows = bits < 8 && weight.type().endsWith("MinMaxObserver");
    if (!narrows) {
      return qconfig;
    }
    int levels = 1 << bits;
    return qconfig.withWeight(
        DType.QUINT8.equals(weight.kwargs().getOrDefault("dtype", DType.QUINT8))
            ? weight.with("quant_min", 0).with("quant_max", levels - 1)
            : weight.with("quant_min", -levels / 2).with("quant_max", levels / 2 - 1));
  }

  private static QConfigMapping with(QConfigMapping mapping, QConfigOverride override) {
    @Nullable QConfig qconfig = override.qconfig().map(QuantizationChoice::named).orElse(null);
    String pattern = override.pattern();
    return switch (override.selector()) {
      case NAME -> mapping.withModuleName(pattern, qconfig);
      case REGEX -> mapping.withModuleNameRegex(pattern, qconfig);
      case TYPE -> {
        QConfigMapping changed = mapping;
        for (TargetType type : types(pattern)) {
          changed = changed.withObjectType(type, qconfig);
        }
        yield changed;
      }
    };
  }

  /** A preset by its PyTorch name, or a backend's default by the name of the backend. */
  private static QConfig named(String name) {
    Map<String, QConfig> presets = new TreeMap<>(QConfigs.byName());
    for (QuantizedEngine engine : QuantizedEngine.values()) {
      presets.put(engine.toString(), QConfigs.ptq(engine));
    }
    presets.put(key(Backend.TENSORRT), tensorRt());
    return Optional.ofNullable(presets.get(name))
        .orElseThrow(
            () ->
                new SettingsException(
                    "Cannot use qconfig in quantization.overrides: %s, expected null or one of %s"
                        .formatted(name, String.join(", ", presets.keySet()))));
  }

  /**
   * The object types of a name: {@code torch.nn.Linear} is a module and {@code torch.add} a
   * function; a bare {@code Linear} is the module of that name, a bare {@code softmax} the function
   * and the tensor method.
   */
  private static List<TargetType> types(String name) {
    boolean module = Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1));
    if (name.contains(".")) {
      return List.of(module ? new ModuleType(name) : FunctionType.of(name));
    }
    if (module) {
      return List.of(new ModuleType("torch.nn." + name));
    }
    List<TargetType> types = new ArrayList<>();
    types.add(new MethodType(name));
    for (String home : List.of("torch.nn.functional.", "torch.", "operator.")) {
      types.add(FunctionType.of(home + name));
    }
    return types.stream().distinct().toList();
  }
}
