/**
 * Runs folders of ONNX cases (a model, its inputs and its outputs as NumPy files) on every engine;
 * {@code dev/onnx-suite}. May depend on everything in graph-core.
 */
@NullMarked
package io.octant.onnx.suite;

import org.jspecify.annotations.NullMarked;
