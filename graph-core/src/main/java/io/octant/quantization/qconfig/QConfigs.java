package io.octant.quantization.qconfig;

import static io.octant.quantization.qconfig.Observers.DYNAMIC;
import static io.octant.quantization.qconfig.Observers.FLOAT16;
import static io.octant.quantization.qconfig.Observers.HISTOGRAM;
import static io.octant.quantization.qconfig.Observers.MIN_MAX;
import static io.octant.quantization.qconfig.Observers.MIN_MAX_7_BIT;
import static io.octant.quantization.qconfig.Observers.NOOP;
import static io.octant.quantization.qconfig.Observers.PER_CHANNEL_WEIGHT;
import static io.octant.quantization.qconfig.Observers.PLACEHOLDER;
import static io.octant.quantization.qconfig.Observers.WEIGHT;
import static io.octant.quantization.qconfig.Observers.WEIGHT_FAKE_QUANTIZE;
import static io.octant.quantization.qconfig.Observers.XNNPACK_EPS;
import static io.octant.quantization.qconfig.Observers.torch;
import static io.octant.quantization.qconfig.Observers.uint8;

import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The named presets of {@code torch.ao.quantization.qconfig}, and the defaults by engine. */
public final class QConfigs {
  /** Min-max over 7 bits; weights per tensor, symmetric. {@code default_qconfig}. */
  public static final QConfig DEFAULT = new QConfig(MIN_MAX_7_BIT, WEIGHT);

  /** {@code default_per_channel_qconfig}. */
  public static final QConfig DEFAULT_PER_CHANNEL = new QConfig(MIN_MAX_7_BIT, PER_CHANNEL_WEIGHT);

  /** Keeps the tensors themselves. {@code default_debug_qconfig}. */
  public static final QConfig DEFAULT_DEBUG = new QConfig(torch("RecordingObserver"), WEIGHT);

  /** {@code default_dynamic_qconfig}. */
  public static final QConfig DEFAULT_DYNAMIC = new QConfig(DYNAMIC, WEIGHT);

  /** {@code per_channel_dynamic_qconfig}. */
  public static final QConfig PER_CHANNEL_DYNAMIC = new QConfig(DYNAMIC, PER_CHANNEL_WEIGHT);

  /** {@code float16_dynamic_qconfig}. */
  public static final QConfig FLOAT16_DYNAMIC =
      new QConfig(FLOAT16.with("is_dynamic", true), FLOAT16);

  /** {@code float16_static_qconfig}. */
  public static final QConfig FLOAT16_STATIC = new QConfig(FLOAT16, FLOAT16);

  /** Embeddings with 8-bit weights. {@code float_qparams_weight_only_qconfig}. */
  public static final QConfig FLOAT_QPARAMS_WEIGHT_ONLY = floatQParams(DType.QUINT8);

  /** Embeddings with 4-bit weights. {@code float_qparams_weight_only_qconfig_4bit}. */
  public static final QConfig FLOAT_QPARAMS_WEIGHT_ONLY_4BIT = floatQParams(DType.QUINT4X2);

  /** {@code default_qat_qconfig}. */
  public static final QConfig DEFAULT_QAT =
      new QConfig(
          uint8(Observers.FAKE_QUANTIZE)
              .with("dtype", DType.QUINT8)
              .with("qscheme", QScheme.PER_TENSOR_AFFINE)
              .with("reduce_range", true),
          WEIGHT_FAKE_QUANTIZE);

  /** {@code default_qat_qconfig_v2}. */
  public static final QConfig DEFAULT_QAT_V2 =
      new QConfig(
          uint8(Observers.FUSED_FAKE_QUANTIZE).with("dtype", DType.QUINT8),
          Observers.FUSED_WEIGHT_FAKE_QUANTIZE);

  /** {@code default_dynamic_qat_qconfig}. */
  public static final QConfig DEFAULT_DYNAMIC_QAT =
      new QConfig(
          uint8(Observers.FAKE_QUANTIZE)
              .with("is_dynamic", true)
              .with("dtype", DType.QUINT8)
              .with("averaging_constant", 1),
          WEIGHT_FAKE_QUANTIZE);

  /** {@code default_weight_only_qconfig}. */
  public static final QConfig DEFAULT_WEIGHT_ONLY =
      new QConfig(ObserverSpec.of("torch.nn.Identity"), WEIGHT_FAKE_QUANTIZE);

  /** {@code default_activation_only_qconfig}. */
  public static final QConfig DEFAULT_ACTIVATION_ONLY =
      new QConfig(DEFAULT_QAT.activation(), ObserverSpec.of("torch.nn.Identity"));

  /** The output takes the parameters of the input. {@code default_reuse_input_qconfig}. */
  public static final QConfig DEFAULT_REUSE_INPUT = new QConfig(torch("ReuseInputObserver"), NOOP);

  /** {@code default_quint8_weight_qconfig}, made for PReLU. */
  public static final QConfig DEFAULT_QUINT8_WEIGHT = new QConfig(HISTOGRAM, MIN_MAX);

  /** Signed activations for XNNPACK. {@code default_symmetric_qnnpack_qconfig}. */
  public static final QConfig DEFAULT_SYMMETRIC_QNNPACK = symmetricQnnpack(WEIGHT);

  /** {@code default_per_channel_symmetric_qnnpack_qconfig}. */
  public static final QConfig DEFAULT_PER_CHANNEL_SYMMETRIC_QNNPACK =
      symmetricQnnpack(PER_CHANNEL_WEIGHT);

  /** {@code default_symmetric_qnnpack_qat_qconfig}. */
  public static final QConfig DEFAULT_SYMMETRIC_QNNPACK_QAT =
      symmetricQnnpackQat(Observers.FUSED_WEIGHT_FAKE_QUANTIZE);

  /** {@code default_per_channel_symmetric_qnnpack_qat_qconfig}. */
  public static final QConfig DEFAULT_PER_CHANNEL_SYMMETRIC_QNNPACK_QAT =
      symmetricQnnpackQat(Observers.FUSED_PER_CHANNEL_WEIGHT_FAKE_QUANTIZE);

  /** {@code default_embedding_qat_qconfig}. */
  public static final QConfig DEFAULT_EMBEDDING_QAT =
      new QConfig(
          NOOP.with("dtype", DType.FLOAT32),
          uint8(embeddingWeight(DType.QUINT8)).with("averaging_constant", 1));

  /** {@code default_embedding_qat_qconfig_4bit}. */
  public static final QConfig DEFAULT_EMBEDDING_QAT_4BIT =
      new QConfig(
          NOOP.with("dtype", DType.FLOAT32),
          embeddingWeight(DType.QUINT4X2).with("averaging_constant", 1));

  private QConfigs() {}

  /**
   * The presets by their PyTorch names, such as {@code default_per_channel_qconfig}; for
   * configuration files.
   */
  public static Map<String, QConfig> byName() {
    Map<String, QConfig> out = new LinkedHashMap<>();
    out.put("default_qconfig", DEFAULT);
    out.put("default_per_channel_qconfig", DEFAULT_PER_CHANNEL);
    out.put("default_debug_qconfig", DEFAULT_DEBUG);
    out.put("default_dynamic_qconfig", DEFAULT_DYNAMIC);
    out.put("per_channel_dynamic_qconfig", PER_CHANNEL_DYNAMIC);
    out.put("float16_dynamic_qconfig", FLOAT16_DYNAMIC);
    out.put("float16_static_qconfig", FLOAT16_STATIC);
    out.put("float_qparams_weight_only_qconfig", FLOAT_QPARAMS_WEIGHT_ONLY);
    out.put("float_qparams_weight_only_qconfig_4bit", FLOAT_QPARAMS_WEIGHT_ONLY_4BIT);
    out.put("default_qat_qconfig", DEFAULT_QAT);
    out.put("default_qat_qconfig_v2", DEFAULT_QAT_V2);
    out.put("default_dynamic_qat_qconfig", DEFAULT_DYNAMIC_QAT);
    out.put("default_weight_only_qconfig", DEFAULT_WEIGHT_ONLY);
    out.put("default_activation_only_qconfig", DEFAULT_ACTIVATION_ONLY);
    out.put("default_reuse_input_qconfig", DEFAULT_REUSE_INPUT);
    out.put("default_quint8_weight_qconfig", DEFAULT_QUINT8_WEIGHT);
    out.put("default_symmetric_qnnpack_qconfig", DEFAULT_SYMMETRIC_QNNPACK);
    out.put("default_per_channel_symmetric_qnnpack_qconfig", DEFAULT_PER_CHANNEL_SYMMETRIC_QNNPACK);
    out.put("default_symmetric_qnnpack_qat_qconfig", DEFAULT_SYMMETRIC_QNNPACK_QAT);
    out.put(
        "default_per_channel_symmetric_qnnpack_qat_qconfig",
        DEFAULT_PER_CHANNEL_SYMMETRIC_QNNPACK_QAT);
    out.put("default_embedding_qat_qconfig", DEFAULT_EMBEDDING_QAT);
    out.put("default_embedding_qat_qconfig_4bit", DEFAULT_EMBEDDING_QAT_4BIT);
    return Collections.unmodifiableMap(out);
  }

  /** {@code get_default_qconfig}: histogram activations; weights per channel but on qnnpack. */
  public static QConfig ptq(QuantizedEngine engine) {
    return new QConfig(
        HISTOGRAM.with("reduce_range", engine.reducesRange()),
        engine == QuantizedEngine.QNNPACK ? WEIGHT : PER_CHANNEL_WEIGHT);
  }

  /**
   * {@code get_default_qconfig}.
   *
   * @param version 0, the only one
   * @throws ConfigurationException for another version
   */
  public static QConfig ptq(QuantizedEngine engine, int version) {
    if (version != 0) {
      throw new ConfigurationException(
          "Cannot choose default qconfig: version " + version + " is not supported, expected 0");
    }
    return ptq(engine);
  }

  /** {@code get_default_qat_qconfig} of version 1: fused observer and fake quantize. */
  public static QConfig qat(QuantizedEngine engine) {
    return qat(engine, 1);
  }

  /**
   * {@code get_default_qat_qconfig}.
   *
   * @param version 0: separate observer and fake quantize; 1: fused
   * @throws ConfigurationException for another version
   */
  public static QConfig qat(QuantizedEngine engine, int version) {
    boolean perTensor = engine == QuantizedEngine.QNNPACK;
    if (version == 0) {
      return new QConfig(
          activationFakeQuantize(Observers.FAKE_QUANTIZE, engine),
          perTensor ? WEIGHT_FAKE_QUANTIZE : Observers.PER_CHANNEL_WEIGHT_FAKE_QUANTIZE);
    }
    if (version == 1) {
      return new QConfig(
          activationFakeQuantize(Observers.FUSED_FAKE_QUANTIZE, engine),
          perTensor
              ? Observers.FUSED_WEIGHT_FAKE_QUANTIZE
              : Observers.FUSED_PER_CHANNEL_WEIGHT_FAKE_QUANTIZE);
    }
    throw new ConfigurationException(
        "Cannot choose default QAT qconfig: version "
            + version
            + " is not supported, expected 0 or 1");
  }

  private static ObserverSpec activationFakeQuantize(ObserverSpec kind, QuantizedEngine engine) {
    ObserverSpec full = uint8(kind);
    return switch (engine) {
      case X86, FBGEMM -> full.with("reduce_range", true);
      case QNNPACK -> full.with("reduce_range", false);
      case ONEDNN -> full;
    };
  }

  private static QConfig floatQParams(DType dtype) {
    return new QConfig(
        PLACEHOLDER,
        torch("PerChannelMinMaxObserver")
            .with("dtype", dtype)
            .with("qscheme", QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS)
            .with("ch_axis", 0));
  }

  private static ObserverSpec embeddingWeight(DType dtype) {
    return Observers.PER_CHANNEL_FAKE_QUANTIZE
        .with("qscheme", QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS)
        .with("dtype", dtype)
        .with("ch_axis", 0);
  }

  private static QConfig symmetricQnnpack(ObserverSpec weight) {
    return new QConfig(
        HISTOGRAM.with("dtype", DType.QINT8).with("reduce_range", false).with("eps", XNNPACK_EPS),
        weight.with("quant_min", -127).with("quant_max", 127).with("eps", XNNPACK_EPS));
  }

  private static QConfig symmetricQnnpackQat(ObserverSpec weight) {
    return new QConfig(
        Observers.FUSED_FAKE_QUANTIZE
            .with("quant_min", -128)
            .with("quant_max", 127)
            .with("dtype", DType.QINT8)
            .with("reduce_range", false)
            .with("eps", XNNPACK_EPS),
        weight.with("quant_min", -127).with("quant_max", 127).with("eps", XNNPACK_EPS));
  }
}
