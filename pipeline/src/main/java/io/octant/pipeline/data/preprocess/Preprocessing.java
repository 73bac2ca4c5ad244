package io.octant.pipeline.data.preprocess;

import java.io.Serializable;

/** What is declared about one column; its text tells it from any other declaration. */
public sealed interface Preprocessing extends Serializable
    permits PictureSteps, SequenceSteps, TokenSteps {}
