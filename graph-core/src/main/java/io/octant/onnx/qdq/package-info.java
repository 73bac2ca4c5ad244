/**
 * Writes quantization into the original ONNX model as QuantizeLinear/DequantizeLinear pairs.
 *
 * <p>The model stays as it was: names, metadata, dynamic axes, operator set, and every operator
 * that quantization leaves alone. What changes: a pair stands on each tensor that the quantized
 * graph quantizes; weights become int8 initializers behind a DequantizeLinear, and the biases of
 * convolutions and Gemm int32 ones; a BatchNormalization that was folded into its convolution is
 * gone; and a model of an operator set before 13 is brought there if weights are per channel. Same
 * input, same bytes.
 *
 * <p>The form is that of ONNX Runtime's quantization tools, so that its QDQ fusions apply:
 * onnxruntime.ai/docs/performance/model-optimizations/quantization.html.
 */
@NullMarked
package io.octant.onnx.qdq;

import org.jspecify.annotations.NullMarked;
