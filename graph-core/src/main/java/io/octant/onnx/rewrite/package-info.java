/**
 * Rewrites of ONNX models into the part of ONNX that the operator table covers, before and during
 * import: local functions inlined, conditionals decided, other floating point types than float32
 * widened or narrowed to it. A rewritten model has the inputs and outputs of the original, with
 * their names and types, and computes the same; export writes into it.
 */
@NullMarked
package io.octant.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
