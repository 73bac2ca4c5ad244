package io.octant.quantization.convert;

import io.octant.graph.GraphModule;

/**
 * Two forms of one conversion, as two conversions would give them.
 *
 * @param reference float operators between quantize and dequantize
 * @param lowered quantized operators
 */
public record ConvertedForms(GraphModule reference, GraphModule lowered) {}
