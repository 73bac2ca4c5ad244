package io.octant.pipeline.data.preprocess;

import java.io.Serializable;

/**
 * Turns the values of one column into one model input. Travels to the executors; used by one thread
 * there, and may keep memory from value to value.
 */
public sealed interface PreparedInput extends Serializable permits PictureInput, TokenInput {}
