/**
 * From an ONNX model to a graph: functions inlined, inputs sized, patterns recognized, nodes
 * translated one after the other, and all again after each rewrite that a translation asks for.
 *
 * <p>{@link io.octant.onnx.importer.OnnxImporter} is the entry. Every error names the file.
 */
@NullMarked
package io.octant.onnx.importer;

import org.jspecify.annotations.NullMarked;
