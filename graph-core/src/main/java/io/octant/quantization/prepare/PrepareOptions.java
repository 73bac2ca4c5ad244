package io.octant.quantization.prepare;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;

/**
 * What prepare is told.
 *
 * @param qconfigMapping what is quantized and how
 * @param mode for inference or for training
 * @param customConfig further options
 * @param backend what can be quantized
 * @param equalization which layers are equalized
 */
public record PrepareOptions(
    QConfigMapping qconfigMapping,
    FusionMode mode,
    PrepareCustomConfig customConfig,
    BackendConfig backend,
    EqualizationQConfigMapping equalization) {

  /** Without equalization. */
  public PrepareOptions(
      QConfigMapping qconfigMapping,
      FusionMode mode,
      PrepareCustomConfig customConfig,
      BackendConfig backend) {
    this(qconfigMapping, mode, customConfig, backend, EqualizationQConfigMapping.empty());
  }

  /** Post-training quantization on the native backend. */
  public static PrepareOptions of(QConfigMapping qconfigMapping) {
    return new PrepareOptions(
        qconfigMapping,
        FusionMode.INFERENCE,
        PrepareCustomConfig.empty(),
        BackendConfigs.nativeBackend());
  }

  /** For quantization-aware training. */
  public PrepareOptions forTraining() {
    return new PrepareOptions(qconfigMapping, FusionMode.QAT, customConfig, backend, equalization);
  }

  /** {@code prepare_fx(prepare_custom_config=…)}. */
  public PrepareOptions withCustomConfig(PrepareCustomConfig config) {
    return new PrepareOptions(qconfigMapping, mode, config, backend, equalization);
  }

  /** {@code prepare_fx(backend_config=…)}. */
  public PrepareOptions withBackend(BackendConfig config) {
    return new PrepareOptions(qconfigMapping, mode, customConfig, config, equalization);
  }

  /** {@code prepare_fx(_equalization_config=…)}. */
  public PrepareOptions withEqualization(EqualizationQConfigMapping mapping) {
    return new PrepareOptions(qconfigMapping, mode, customConfig, backend, mapping);
  }
}
