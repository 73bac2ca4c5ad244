/**
 * Modules that run graphs: one of two, or one again and again. ONNX's If and Loop where data
 * decides. What is in their graphs stays float and runs on the reference kernels.
 */
@NullMarked
package io.octant.nn.control;

import org.jspecify.annotations.NullMarked;
