package io.octant.quantization.custom;

import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.qconfig.QConfig;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Optional;

/**
 * What a custom module is made with.
 *
 * <p>No PyTorch counterpart: there, the modules carry {@code qconfig} and {@code
 * activation_post_process} themselves.
 *
 * @param qconfig the configuration that the module was given
 * @param engine whose arithmetic packed weights follow; read by quantized modules only
 * @param outputObserver the calibrated observer of the module's output, at conversion
 */
public record CustomModuleContext(
    QConfig qconfig, QuantizedEngine engine, Optional<ActivationPostProcess> outputObserver) {

  /** For observed modules. */
  public static CustomModuleContext of(QConfig qconfig) {
    return new CustomModuleContext(qconfig, QuantizedEngine.X86, Optional.empty());
  }
}
