package io.octant.pipeline.data.splits;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive rows of one file and the blocks that hold them.
 *
 * @param uri of the file
 * @param start offset of the first block
 * @param length of the blocks in bytes
 * @param from index in the file of the first row
 * @param to index behind the last row
 * @param extent whether the blocks hold other rows too
 */
public record Piece(String uri, long start, long length, long from, long to, Extent extent)
    implements Serializable {

  /** Whether rows are all that their blocks hold. */
  public enum Extent {
    WHOLE,
    /** Rows before or behind them have to be left out. */
    CUT
  }

  /** Number of rows. */
  public long rows() {
    return to - from;
  }

  /** Some of the rows, counted from the first of them. */
  Piece rows(long first, long count) {
    boolean all = first == 0 && count == rows();
    return new Piece(
        uri, start, length, from + first, from + first + count, all ? extent : Extent.CUT);
  }

  /** Joins neighbours in one file, so that it is opened once. */
  static List<Piece> joined(List<Piece> pieces) {
    List<Piece> out = new ArrayList<>();
    for (Piece next : pieces) {
      Piece last = out.isEmpty() ? next : out.get(out.size() - 1);
      if (!out.isEmpty() && last.isFollowedBy(next)) {
        out.set(out.size() - 1, last.upTo(next));
      } else {
        out.add(next);
      }
    }
    return out;
  }

  /** Joins neighbours in one file whether their blocks are cut or not: which rows they are. */
  static List<Piece> rowsOf(List<Piece> pieces) {
    List<Piece> out = new ArrayList<>();
    for (Piece next : pieces) {
      Piece last = out.isEmpty() ? next : out.get(out.size() - 1);
      if (!out.isEmpty() && last.uri.equals(next.uri) && last.to == next.from) {
        out.set(out.size() - 1, last.upTo(next));
      } else {
        out.add(next);
      }
    }
    return out;
  }

  private Piece upTo(Piece last) {
    return new Piece(uri, start, last.start + last.length - start, from, last.to, last.extent);
  }

  private boolean isFollowedBy(Piece next) {
    return extent == Extent.WHOLE
        && next.extent == Extent.WHOLE
        && uri.equals(next.uri)
        && start + length == next.start;
  }
}
