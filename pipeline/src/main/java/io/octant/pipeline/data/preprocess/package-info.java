/**
 * What is declared about turning a column into a model input: pictures are decoded, resized,
 * cropped and normalized, sequences cut and padded. The values are those of Pillow and torchvision
 * (docs/preprocessing.md). Declarations are immutable records whose text tells one from another;
 * what does the work keeps its buffers from sample to sample. Knows neither files nor rows: what is
 * wrong with a value is a {@link io.octant.pipeline.data.preprocess.ValueException}, to which the
 * reader of the row adds the place.
 */
@NullMarked
package io.octant.pipeline.data.preprocess;

import org.jspecify.annotations.NullMarked;
