package io.octant.pipeline.training;

import io.octant.graph.GraphModule;
import java.util.Optional;

/**
 * A training that has ended well.
 *
 * @param model trained, in evaluation
 * @param checkpoint the last one, as a safetensors file
 * @param steps of the whole training
 * @param resumed the checkpoint from which it went on
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingOutcome(
    GraphModule model,
    byte[] checkpoint,
    long steps,
    TrainingCurve curve,
    TrainingCost cost,
    Optional<String> resumed) {}
