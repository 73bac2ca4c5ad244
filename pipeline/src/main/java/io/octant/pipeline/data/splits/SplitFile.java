package io.octant.pipeline.data.splits;

import java.util.List;

/**
 * A file that was looked through.
 *
 * @param content its rows
 * @param length in bytes
 * @param stamp changes when the file does: its entity tag, or else when it was last modified
 */
public record SplitFile(FileBlocks content, long length, String stamp) {

  String uri() {
    return content.uri();
  }

  /** The file without its rows. */
  ListedFile listed() {
    return new ListedFile(uri(), length, stamp);
  }

  List<Block> blocks() {
    return content.blocks();
  }

  /** Its folder: the URI up to the last slash. */
  String folder() {
    return uri().substring(0, uri().lastIndexOf('/') + 1);
  }
}
