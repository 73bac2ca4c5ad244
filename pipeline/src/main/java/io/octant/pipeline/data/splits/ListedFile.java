package io.octant.pipeline.data.splits;

import java.io.Serializable;

/**
 * A file as it was when it was listed.
 *
 * @param uri of the file
 * @param length in bytes
 * @param stamp changes when the file does: its entity tag, or else when it was last modified
 */
public record ListedFile(String uri, long length, String stamp) implements Serializable {}
