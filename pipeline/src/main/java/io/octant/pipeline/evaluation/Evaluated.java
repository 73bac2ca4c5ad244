package io.octant.pipeline.evaluation;

import io.octant.pipeline.execution.SessionSpec;
import java.io.Serializable;

/**
 * A candidate on the executors.
 *
 * @param index from 1 on; 0 is the float model
 * @param session compiled for the float model's inputs and batch
 */
public record Evaluated(int index, SessionSpec session) implements Serializable {}
