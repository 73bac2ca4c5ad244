package io.octant.pipeline.data.splits;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What the tasks of a job read: neighbouring splits together, or parts of splits. Rows stay where
 * they are: nothing is sent from one task to another.
 */
public final class TaskPlan {
  private TaskPlan() {}

  /**
   * As many tasks as wanted, of about as many rows each: splits in groups if there are as many
   * splits, else blocks in groups if there are as many blocks, else blocks cut into ranges of rows.
   * Of a block that is cut every task decodes what lies before its rows too. More tasks than rows
   * leave tasks without any.
   *
   * @param count at least 1
   */
  public static List<List<Piece>> of(SplitPlan plan, int count) {
    List<List<Piece>> whole = plan.blocks();
    List<List<Piece>> blocks =
        whole.stream().flatMap(List::stream).map(Collections::singletonList).toList();
    List<List<Piece>> tasks;
    if (count <= whole.size()) {
      tasks = grouped(whole, count);
    } else {
      tasks = count <= blocks.size() ? grouped(blocks, count) : cut(blocks, count);
    }
    return tasks.stream().map(Piece::joined).toList();
  }

  /**
   * As many tasks as Spark would make: of {@link SplitPlan#MOST_BYTES}, or less if there are not
   * enough for every core, but not below {@link SplitPlan#OPEN_COST} and no block in two.
   *
   * @param cores how many tasks run at once
   */
  public static int count(SplitPlan plan, int cores) {
    long bytes = 0;
    long blocks = 0;
    for (List<Piece> split : plan.blocks()) {
      bytes += split.stream().mapToLong(Piece::length).sum();
      bytes += SplitPlan.OPEN_COST * split.stream().map(Piece::uri).distinct().count();
      blocks += split.size();
    }
    long each = Math.max(SplitPlan.OPEN_COST, Math.min(SplitPlan.MOST_BYTES, bytes / cores));
    return (int) Math.max(1, Math.min(blocks, (bytes + each - 1) / each));
  }

  /** Neighbours together, none without any. */
  private static List<List<Piece>> grouped(List<List<Piece>> items, int count) {
    long total = items.stream().mapToLong(TaskPlan::rows).sum();
    List<List<Piece>> out = new ArrayList<>();
    long rows = 0;
    int next = 0;
    for (int group = 1; group <= count; group++) {
      List<Piece> pieces = new ArrayList<>();
      int last = items.size() - (count - group);
      do {
        pieces.addAll(items.get(next));
        rows += rows(items.get(next));
        next++;
      } while (next < last && (group == count || rows * count < total * group));
      out.add(pieces);
    }
    return out;
  }

  private static long rows(List<Piece> pieces) {
    return pieces.stream().mapToLong(Piece::rows).sum();
  }

  /** Ranges of rows, the longest cut first. */
  private static List<List<Piece>> cut(List<List<Piece>> blocks, int count) {
    List<Share> shares = new ArrayList<>();
    blocks.forEach(block -> shares.add(new Share(shares.size(), block.get(0))));
    PriorityQueue<Share> longest =
        new PriorityQueue<>(
            Comparator.comparingLong(Share::rowsEach).reversed().thenComparing(s -> s.index));
    longest.addAll(shares);
    for (int tasks = shares.size(); tasks < count && !longest.isEmpty(); ) {
      Share share = longest.remove();
      if (share.tasks < share.piece.rows()) {
        share.tasks++;
        tasks++;
        longest.add(share);
      }
    }
    List<List<Piece>> out = new ArrayList<>();
    for (Share share : shares) {
      for (int i = 0; i < share.tasks; i++) {
        long from = share.piece.rows() * i / share.tasks;
        long to = share.piece.rows() * (i + 1) / share.tasks;
        out.add(List.of(share.piece.rows(from, to - from)));
      }
    }
    while (out.size() < count) {
      out.add(List.of());
    }
    return out;
  }

  /** How many tasks share a block. */
  private static final class Share {
    final int index;
    final Piece piece;
    int tasks = 1;

    Share(int index, Piece piece) {
      this.index = index;
      this.piece = piece;
    }

    long rowsEach() {
      return piece.rows() / tasks;
    }
  }
}
