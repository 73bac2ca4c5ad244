/**
 * Folders of picture files as a format: a file is a row. The files are not decoded here but where
 * their bytes become a model input (package {@code preprocess}). Nothing depends on this package
 * but its registration.
 */
@NullMarked
package io.octant.pipeline.data.images;

import org.jspecify.annotations.NullMarked;
