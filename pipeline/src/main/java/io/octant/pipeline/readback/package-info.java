/**
 * Runs the written model before anything is published: executors import it again, run it on the
 * first batch of samples and compare it with the int8 graph, see {@link
 * io.octant.onnx.qdq.ReadBack}.
 *
 * <p>May depend on graph-core and on the sibling packages data and execution.
 */
@NullMarked
package io.octant.pipeline.readback;

import org.jspecify.annotations.NullMarked;
