/**
 * Runs the written model before anything is published: executors import it again, run it on the
 * first batch of samples and compare it with the int8 graph, see {@link
 * io.octant.onnx.qdq.ReadBack}.
 */
@NullMarked
package io.octant.pipeline.readback;

import org.jspecify.annotations.NullMarked;
