package io.octant.pipeline.evaluation;

import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sums over evaluation samples, by model: the float model has index 0, the candidates follow.
 * Mutable; merging in any order gives equal totals. Not thread-safe.
 */
public final class EvaluationTotals {
  /** Index of the float model. */
  public static final int FLOAT = 0;

  /** Of files that keep totals of a split. */
  public static final String EXTENSION = ".octeval";

  private static final Envelope ENVELOPE = new Envelope("evaluation totals", "OCTEVALT", 2);

  private final SortedMap<Integer, CandidateTotals> models = new TreeMap<>();
  private final SortedSet<ExecutorIdentity> executors = new TreeSet<>();
  private DataCounts counts = DataCounts.NONE;

  /** Samples read, each once. */
  public DataCounts counts() {
    return counts;
  }

  /** Executors that took part. */
  public SortedSet<ExecutorIdentity> executors() {
    return Collections.unmodifiableSortedSet(executors);
  }

  /** The sums of a model; none of one that nothing was run through. */
  public CandidateTotals model(int index) {
    return models.computeIfAbsent(index, i -> new CandidateTotals());
  }

  void put(int index, CandidateTotals totals) {
    models.put(index, totals);
  }

  void addRead(DataCounts read) {
    counts = counts.plus(read);
  }

  void addExecutor(ExecutorIdentity executor) {
    executors.add(executor);
  }

  void merge(EvaluationTotals o) {
    counts = counts.plus(o.counts);
    executors.addAll(o.executors);
    o.models.forEach((index, totals) -> model(index).merge(totals));
  }

  byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          counts.write(out);
          ExecutorIdentity.writeAll(executors, out);
          out.varint(models.size());
          models.forEach(
              (index, totals) -> {
                out.varint(index);
                totals.write(out);
              });
        });
  }

  static EvaluationTotals fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    EvaluationTotals t = new EvaluationTotals();
    t.counts = DataCounts.read(in);
    t.executors.addAll(ExecutorIdentity.readAll(in));
    for (int n = in.count(1); n > 0; n--) {
      t.models.put(in.varint31("model"), CandidateTotals.read(in));
    }
    in.requireEnd();
    return t;
  }
}
