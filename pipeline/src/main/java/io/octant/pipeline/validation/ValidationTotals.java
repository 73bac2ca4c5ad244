package io.octant.pipeline.validation;

import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Sums over evaluation samples. Mutable; merging in any order gives equal totals and equal bytes.
 */
final class ValidationTotals {
  private static final Envelope ENVELOPE = new Envelope("validation totals", "OCTTOTAL", 5);

  private final SortedSet<ExecutorIdentity> executors = new TreeSet<>();
  private final List<OutputTotals> outputs = new ArrayList<>();
  private DataCounts counts = DataCounts.NONE;
  private long labelled;
  private long floatCorrect;
  private long int8Correct;

  /** Nothing yet, of so many outputs. */
  ValidationTotals(int outputCount) {
    for (int i = 0; i < outputCount; i++) {
      outputs.add(new OutputTotals());
    }
  }

  OutputTotals output(int i) {
    return outputs.get(i);
  }

  /** Adds the verdict on one labelled sample; a NaN among the scores names no class. */
  void addLabel(long label, ComparedOutput output, Part reference, Part quantized) {
    labelled++;
    floatCorrect += isCorrect(label, output, reference) ? 1 : 0;
    int8Correct += isCorrect(label, output, quantized) ? 1 : 0;
  }

  private static boolean isCorrect(long label, ComparedOutput output, Part part) {
    return !part.hasNan() && part.top1(output.meaning()) == label;
  }

  void addRead(DataCounts read, ExecutorIdentity executor) {
    counts = counts.plus(read);
    executors.add(executor);
  }

  void merge(ValidationTotals o) {
    executors.addAll(o.executors);
    counts = counts.plus(o.counts);
    labelled += o.labelled;
    floatCorrect += o.floatCorrect;
    int8Correct += o.int8Correct;
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).merge(o.outputs.get(i));
    }
  }

  ValidationResult result(ValidationPlan plan) {
    List<OutputComparison> compared = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      compared.add(outputs.get(i).result(plan.outputs().get(i)));
    }
    return new ValidationResult(
        counts,
        labelled == 0
            ? Optional.empty()
            : Optional.of(
                new ValidationResult.Accuracy(
                    (double) floatCorrect / labelled, (double) int8Correct / labelled)),
        compared,
        plan.primary(),
        executors,
        Optional.empty());
  }

  byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          ExecutorIdentity.writeAll(executors, out);
          counts.write(out);
          out.i64(labelled);
          out.i64(floatCorrect);
          out.i64(int8Correct);
          out.varint(outputs.size());
          outputs.forEach(output -> output.write(out));
        });
  }

  static ValidationTotals fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    ValidationTotals t = new ValidationTotals(0);
    t.executors.addAll(ExecutorIdentity.readAll(in));
    t.counts = DataCounts.read(in);
    t.labelled = in.i64();
    t.floatCorrect = in.i64();
    t.int8Correct = in.i64();
    int outputCount = in.count(1);
    for (int i = 0; i < outputCount; i++) {
      t.outputs.add(OutputTotals.read(in));
    }
    in.requireEnd();
    return t;
  }
}
