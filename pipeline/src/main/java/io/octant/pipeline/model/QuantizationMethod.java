package io.octant.pipeline.model;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;

/**
 * How to quantize.
 *
 * @param mapping observers by node
 * @param backend patterns and data types of the target
 * @param arithmetic the engine whose integer arithmetic lowered operators follow
 */
public record QuantizationMethod(
    QConfigMapping mapping, BackendConfig backend, QuantizedEngine arithmetic) {}
