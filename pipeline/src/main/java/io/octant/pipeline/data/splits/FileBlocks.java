package io.octant.pipeline.data.splits;

import java.io.Serializable;
import java.util.List;

/**
 * The rows of a file by blocks.
 *
 * @param uri of the file, as Spark names the file of a row
 * @param blocks that tile it, at least one
 */
public record FileBlocks(String uri, List<Block> blocks) implements Serializable {
  public FileBlocks {
    blocks = List.copyOf(blocks);
  }

  /** A file that is read as a whole. */
  public static FileBlocks whole(String uri, long length, long rows) {
    return new FileBlocks(uri, List.of(new Block(0, length, rows)));
  }

  /** Number of rows. */
  public long rows() {
    return blocks.stream().mapToLong(Block::rows).sum();
  }
}
