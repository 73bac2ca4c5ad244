package io.octant.quantization.convert;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Optional;

/**
 * What convert is told.
 *
 * @param form how far to go
 * @param customConfig further options
 * @param qconfigMapping turns parts back to float: as the mapping of prepare, with some entries
 *     None
 * @param backend what can be quantized; empty means what prepare was told
 * @param engine whose arithmetic packed weights follow; PyTorch's global quantized engine
 * @param originalWeights whether the float weights of packed ones are kept
 * @param qconfigs whether modules keep their qconfig
 */
public record ConvertOptions(
    ConvertForm form,
    ConvertCustomConfig customConfig,
    Optional<QConfigMapping> qconfigMapping,
    Optional<BackendConfig> backend,
    QuantizedEngine engine,
    Retention originalWeights,
    Retention qconfigs) {

  /** Whether something is kept in the result. */
  public enum Retention {
    KEEP,
    DROP
  }

  /** Lowered, for the x86 engine. */
  public static ConvertOptions lowered() {
    return of(ConvertForm.LOWERED);
  }

  /**
   * The given form without further options, for the x86 engine; the decomposed form keeps qconfigs.
   */
  public static ConvertOptions of(ConvertForm form) {
    return new ConvertOptions(
        form,
        ConvertCustomConfig.empty(),
        Optional.empty(),
        Optional.empty(),
        QuantizedEngine.X86,
        Retention.DROP,
        form == ConvertForm.DECOMPOSED ? Retention.KEEP : Retention.DROP);
  }

  /** With another form; other options stay. */
  public ConvertOptions withForm(ConvertForm newForm) {
    return new ConvertOptions(
        newForm, customConfig, qconfigMapping, backend, engine, originalWeights, qconfigs);
  }

  /** {@code convert_fx(convert_custom_config=…)}. */
  public ConvertOptions withCustomConfig(ConvertCustomConfig config) {
    return new ConvertOptions(
        form, config, qconfigMapping, backend, engine, originalWeights, qconfigs);
  }

  /** {@code convert_fx(qconfig_mapping=…)}. */
  public ConvertOptions withQConfigMapping(QConfigMapping mapping) {
    return new ConvertOptions(
        form, customConfig, Optional.of(mapping), backend, engine, originalWeights, qconfigs);
  }

  /** {@code convert_fx(backend_config=…)}. */
  public ConvertOptions withBackend(BackendConfig config) {
    return new ConvertOptions(
        form, customConfig, qconfigMapping, Optional.of(config), engine, originalWeights, qconfigs);
  }

  /** {@code torch.backends.quantized.engine}, for this conversion alone. */
  public ConvertOptions withEngine(QuantizedEngine newEngine) {
    return new ConvertOptions(
        form, customConfig, qconfigMapping, backend, newEngine, originalWeights, qconfigs);
  }

  /** {@code convert_fx(keep_original_weights=True)}: see {@link OriginalWeights}. */
  public ConvertOptions keepingOriginalWeights() {
    return new ConvertOptions(
        form, customConfig, qconfigMapping, backend, engine, Retention.KEEP, qconfigs);
  }

  /** {@code convert_fx(_remove_qconfig=False)}. */
  public ConvertOptions keepingQConfigs() {
    return new ConvertOptions(
        form, customConfig, qconfigMapping, backend, engine, originalWeights, Retention.KEEP);
  }
}
