/**
 * Float graphs written as ONNX models: a rule an operator of the table, in families. The models
 * need operator set 20. Quantized models are made from them by {@link io.octant.onnx.qdq}, as they
 * are from any file.
 */
@NullMarked
package io.octant.onnx.export;

import org.jspecify.annotations.NullMarked;
