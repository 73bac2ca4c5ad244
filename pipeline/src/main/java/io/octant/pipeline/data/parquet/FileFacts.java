package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.splits.Block;
import java.io.Serializable;
import java.util.List;

/**
 * What the footer of one file tells of the columns that are to be read.
 *
 * @param uri which file
 * @param state whether it can be read
 * @param fault why not, if it is damaged or unfit; or why Spark's readers cannot; "" if all can
 * @param blocks its row groups, with the bytes up to the next
 * @param types type of each column as text, "" for one that the file does not have
 * @param checksums whether its pages carry checksums
 * @param reader the fastest that knows the types and encodings of its columns
 * @param kinds what each column is for {@link Reader#PAGES}; empty for another reader
 */
record FileFacts(
    String uri,
    State state,
    String fault,
    List<Block> blocks,
    List<String> types,
    Checksums checksums,
    Reader reader,
    List<PageColumn.Kind> kinds)
    implements Serializable {

  /** Whether a file can be read. */
  enum State {
    READABLE,
    DAMAGED,
    /**
     * Whole as far as is known, but not to be read here: encrypted, or of a codec that is missing.
     */
    UNFIT,
    /** Of another format, by its extension and its first bytes. */
    NOT_PARQUET
  }

  /** Whether pages carry checksums. */
  enum Checksums {
    PRESENT,
    ABSENT
  }

  /** Readers of Parquet, the fastest first. */
  enum Reader {
    /** {@link PageRows}. */
    PAGES,
    /** Spark's, column by column. */
    VECTORIZED,
    /** Spark's, row by row; knows every encoding. */
    ROWS
  }

  FileFacts {
    blocks = List.copyOf(blocks);
    types = List.copyOf(types);
    kinds = List.copyOf(kinds);
  }

  /** Number of rows. */
  long rows() {
    return blocks.stream().mapToLong(Block::rows).sum();
  }

  static FileFacts damaged(String uri, String fault) {
    return unread(uri, State.DAMAGED, fault);
  }

  static FileFacts unfit(String uri, String fault) {
    return unread(uri, State.UNFIT, fault);
  }

  static FileFacts notParquet(String uri) {
    return unread(uri, State.NOT_PARQUET, "");
  }

  private static FileFacts unread(String uri, State state, String fault) {
    return new FileFacts(
        uri, state, fault, List.of(), List.of(), Checksums.ABSENT, Reader.VECTORIZED, List.of());
  }
}
