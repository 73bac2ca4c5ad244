package io.octant.pipeline.data;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that were left out because they hold no sample. Of any number of them some are named, the
 * same whatever the order of reading: those whose texts come first.
 *
 * @param count how many
 * @param named texts of file, row and what is wrong, ascending
 */
public record DamagedRows(long count, List<String> named) {
  /** How many are named. */
  static final int MOST_NAMED = 20;

  public static final DamagedRows NONE = new DamagedRows(0, List.of());

  public DamagedRows {
    named = List.copyOf(named);
  }

  /** One row. */
  static DamagedRows of(String text) {
    return new DamagedRows(1, List.of(text));
  }

  /** The rows of both. */
  public DamagedRows plus(DamagedRows o) {
    if (count == 0 || o.count == 0) {
      return count == 0 ? o : this;
    }
    // Two that read alike are two: one file may stand in a table twice.
    List<String> both = new ArrayList<>(named);
    both.addAll(o.named);
    both.sort(null);
    return new DamagedRows(count + o.count, both.subList(0, Math.min(both.size(), MOST_NAMED)));
  }

  void write(ByteSink out) {
    out.i64(count);
    out.varint(named.size());
    named.forEach(out::text);
  }

  static DamagedRows read(ByteSource in) {
    long count = in.i64();
    List<String> named = new ArrayList<>();
    for (int i = in.count(1); i > 0; i--) {
      named.add(in.text());
    }
    return new DamagedRows(count, named);
  }
}
