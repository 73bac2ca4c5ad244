/**
 * ONNX operators into the torch vocabulary, one family a file.
 *
 * <p>{@link io.octant.onnx.operator.OnnxOperators} is the table: which operators, of which
 * versions, with how many inputs and which attributes; it is checked in one place. A {@link
 * io.octant.onnx.operator.NodeImport} translates one operator by calls on {@link
 * io.octant.onnx.operator.ImportGraph}, which folds whatever depends on constants and shapes only
 * and emits graph nodes for the rest.
 *
 * <p>Specification: the operator schemas of onnx.ai, versions 1 to 23 of the default domain.
 */
@NullMarked
package io.octant.onnx.operator;

import org.jspecify.annotations.NullMarked;
