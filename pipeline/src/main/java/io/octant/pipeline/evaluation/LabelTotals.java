package io.octant.pipeline.evaluation;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.pipeline.validation.ComparedOutput;
import io.octant.pipeline.validation.Part;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model said of labelled samples. Mutable; merging in any order gives equal totals and equal
 * bytes. Not thread-safe.
 */
public final class LabelTotals {
  /** What a model says whose scores have a NaN: no class. */
  public static final long NO_CLASS = -1;

  private final SortedMap<Long, SortedMap<Long, Long>> confusion = new TreeMap<>();
  private long labelled;
  private long correct;
  private long amongTop;
  private boolean ranked = true;

  /**
   * Adds one sample.
   *
   * @param top how many of the highest scores count for {@link #amongTop}
   * @return whether the class is the label; a NaN among the scores names no class
   */
  boolean add(long label, ComparedOutput output, Part part, int top) {
    boolean nan = part.hasNan();
    long said = nan ? NO_CLASS : part.top1(output.meaning());
    boolean right = said == label;
    labelled++;
    correct += right ? 1 : 0;
    if (output.meaning() == ComparedOutput.Meaning.SCORES) {
      amongTop += !nan && rank(part, (int) label) < top ? 1 : 0;
    } else {
      ranked = false;
    }
    confusion.computeIfAbsent(label, l -> new TreeMap<>()).merge(said, 1L, Long::sum);
    return right;
  }

  /** How many classes come before one: those of higher scores, and the earlier of equal ones. */
  private static int rank(Part scores, int label) {
    double own = scores.at(label);
    int before = 0;
    for (int i = 0; i < scores.length(); i++) {
      before += scores.at(i) > own || (scores.at(i) == own && i < label) ? 1 : 0;
    }
    return before;
  }

  /** Samples with a label. */
  public long labelled() {
    return labelled;
  }

  /** Of these, those whose class is the label. */
  public long correct() {
    return correct;
  }

  /** Of these, those whose label is among the highest scores. */
  public long amongTop() {
    return amongTop;
  }

  /** Whether the model gives scores, so that {@link #amongTop} means something. */
  public boolean isRanked() {
    return ranked;
  }

  /** Samples by label and what was said of them, {@link #NO_CLASS} included; not to be changed. */
  public SortedMap<Long, SortedMap<Long, Long>> confusion() {
    return confusion;
  }

  void merge(LabelTotals o) {
    labelled += o.labelled;
    correct += o.correct;
    amongTop += o.amongTop;
    ranked &= o.ranked;
    o.confusion.forEach(
        (label, row) -> {
          SortedMap<Long, Long> own = confusion.computeIfAbsent(label, l -> new TreeMap<>());
          row.forEach((said, count) -> own.merge(said, count, Long::sum));
        });
  }

  void write(ByteSink out) {
    out.i64(labelled);
    out.i64(correct);
    out.i64(amongTop);
    out.u8(ranked ? 1 : 0);
    out.varint(confusion.size());
    for (Map.Entry<Long, SortedMap<Long, Long>> row : confusion.entrySet()) {
      out.i64(row.getKey());
      out.varint(row.getValue().size());
      row.getValue()
          .forEach(
              (said, count) -> {
                out.i64(said);
                out.i64(count);
              });
    }
  }

  static LabelTotals read(ByteSource in) {
    LabelTotals t = new LabelTotals();
    t.labelled = in.i64();
    t.correct = in.i64();
    t.amongTop = in.i64();
    t.ranked = in.u8() == 1;
    for (int rows = in.count(1 + Long.BYTES); rows > 0; rows--) {
      SortedMap<Long, Long> row = new TreeMap<>();
      t.confusion.put(in.i64(), row);
      for (int n = in.count(2 * Long.BYTES); n > 0; n--) {
        row.put(in.i64(), in.i64());
      }
    }
    return t;
  }
}
