/**
 * ONNX in and out: reads models into graphs and writes quantized models back.
 *
 * <p>May depend on the graph, tensor and quantization packages; knows neither Spark nor native
 * code. Specification: the ONNX IR and operator schemas of onnx.ai.
 */
@NullMarked
package io.octant.onnx;

import org.jspecify.annotations.NullMarked;
