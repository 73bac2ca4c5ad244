package io.octant.pipeline.data.splits;

import java.io.Serializable;

/**
 * A run of bytes of a file that can be read alone, such as a row group. The blocks of a file tile
 * it: the first begins at 0, each begins where the one before it ends, the last ends with the file.
 *
 * @param start offset of its first byte
 * @param length in bytes
 * @param rows how many rows begin in it
 */
public record Block(long start, long length, long rows) implements Serializable {}
