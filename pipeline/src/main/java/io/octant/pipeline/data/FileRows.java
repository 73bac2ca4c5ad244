package io.octant.pipeline.data;

import java.io.Serializable;

/**
 * The first rows of a file, or all.
 *
 * @param uri as in {@link DataFile}
 * @param rows how many
 */
public record FileRows(String uri, long rows) implements Serializable {}
