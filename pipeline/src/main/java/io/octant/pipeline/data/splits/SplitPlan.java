package io.octant.pipeline.data.splits;

import io.octant.pipeline.data.splits.Piece.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The splits of some files, by fixed rules.
 *
 * <ul>
 *   <li>A file of up to {@link #MOST_BYTES} is in one split. Neighbours in one folder share a split
 *       while their lengths, and {@link #OPEN_COST} for each, stay within that.
 *   <li>A longer file has splits of its own: consecutive blocks of up to {@link #MOST_BYTES}, or
 *       one block that is longer.
 *   <li>A limit cuts the last of them; those before it are the same as without.
 *   <li>Files without rows are in no split.
 * </ul>
 *
 * @param files by URI
 * @param blocks the blocks of each split, cut by the limit
 */
public record SplitPlan(Map<String, SplitFile> files, List<List<Piece>> blocks) {
  /** What a split holds at most, unless one block is longer. */
  public static final long MOST_BYTES = 128L << 20;

  /** Opening a file takes as long as reading so many bytes, as Spark reckons. */
  public static final long OPEN_COST = 4L << 20;

  public SplitPlan {
    files = Map.copyOf(files);
    blocks = blocks.stream().map(List::copyOf).toList();
  }

  /**
   * Plans.
   *
   * @param files in the order of reading
   * @param limit how many rows are wanted, the first ones
   */
  public static SplitPlan of(List<SplitFile> files, OptionalLong limit) {
    Map<String, SplitFile> byUri = new HashMap<>();
    Grouping grouping = new Grouping();
    long left = limit.orElse(Long.MAX_VALUE);
    for (SplitFile file : files) {
      byUri.put(file.uri(), file);
      List<Piece> pieces = first(file, left);
      left -= pieces.stream().mapToLong(Piece::rows).sum();
      grouping.add(file, pieces);
    }
    grouping.close();
    return new SplitPlan(byUri, grouping.splits);
  }

  /** The blocks that hold the first rows of a file; blocks without rows are left out. */
  private static List<Piece> first(SplitFile file, long most) {
    List<Piece> out = new ArrayList<>();
    long row = 0;
    for (Block block : file.blocks()) {
      long rows = Math.min(block.rows(), most - row);
      if (rows > 0) {
        out.add(
            new Piece(
                    file.uri(),
                    block.start(),
                    block.length(),
                    row,
                    row + block.rows(),
                    Extent.WHOLE)
                .rows(0, rows));
      }
      row += block.rows();
    }
    return out;
  }

  /** The splits as they are told from others. */
  public List<Split> splits() {
    return blocks.stream()
        .map(split -> new Split(Piece.rowsOf(split).stream().map(this::part).toList()))
        .toList();
  }

  private Split.Part part(Piece piece) {
    SplitFile file = Objects.requireNonNull(files.get(piece.uri()), piece.uri());
    return new Split.Part(file.uri(), file.length(), file.stamp(), piece.from(), piece.to());
  }

  /** What each split reads. */
  public List<List<Piece>> reads() {
    return blocks.stream().map(Piece::joined).toList();
  }

  /** Number of rows. */
  public long rows() {
    return blocks.stream().flatMap(List::stream).mapToLong(Piece::rows).sum();
  }

  /** Collects splits. */
  private static final class Grouping {
    final List<List<Piece>> splits = new ArrayList<>();
    private List<Piece> open = new ArrayList<>();
    private String folder = "";
    private long weight;

    void add(SplitFile file, List<Piece> pieces) {
      if (pieces.isEmpty()) {
        return;
      }
      long cost = file.length() + OPEN_COST;
      if (file.length() > MOST_BYTES) {
        close();
        for (Piece block : pieces) {
          if (weight + block.length() > MOST_BYTES) {
            close();
          }
          open.add(block);
          weight += block.length();
        }
        close();
        return;
      }
      if (!folder.equals(file.folder()) || weight + cost > MOST_BYTES) {
        close();
      }
      folder = file.folder();
      open.addAll(pieces);
      weight += cost;
    }

    void close() {
      if (!open.isEmpty()) {
        splits.add(open);
        open = new ArrayList<>();
      }
      weight = 0;
    }
  }
}
