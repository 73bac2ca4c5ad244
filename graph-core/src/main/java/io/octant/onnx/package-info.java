/**
 * ONNX models as files: messages, tensors, inputs, and the errors about them. Its sub-packages read
 * models into graphs and write quantized models back.
 *
 * <p>Knows neither Spark nor native code. Specification: the ONNX IR and operator schemas of
 * onnx.ai.
 */
@NullMarked
package io.octant.onnx;

import org.jspecify.annotations.NullMarked;
