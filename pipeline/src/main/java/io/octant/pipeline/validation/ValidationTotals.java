package io.octant.pipeline.validation;

import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Sums over evaluation samples. Mutable; merging in any order gives equal totals and equal bytes.
 */
final class ValidationTotals {
  private static final int VERSION = 2;

  private final SortedSet<ExecutorIdentity> executors = new TreeSet<>();
  private DataCounts counts = DataCounts.NONE;
  private long labelled;
  private long floatCorrect;
  private long int8Correct;
  private long agreeing;
  private long nonFiniteOutputs;
  private final ExactSum signal = new ExactSum();
  private final ExactSum noise = new ExactSum();

  /**
   * Adds one sample.
   *
   * @param reference the float model's output for it
   * @param quantized the int8 model's output for it
   */
  void add(Output reference, Output quantized) {
    if (reference.top1() == quantized.top1()) {
      agreeing++;
    }
    for (int i = 0; i < reference.length(); i++) {
      double x = reference.at(i);
      double error = x - quantized.at(i);
      // Squares of float32 values are exact in a double; those of errors are rounded once each.
      if (Double.isFinite(x * x) && Double.isFinite(error * error)) {
        signal.add(x * x);
        noise.add(error * error);
      } else {
        nonFiniteOutputs++;
      }
    }
  }

  /** Adds the verdict on one labelled sample. */
  void addLabel(long label, Output reference, Output quantized) {
    labelled++;
    floatCorrect += reference.top1() == label ? 1 : 0;
    int8Correct += quantized.top1() == label ? 1 : 0;
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
    agreeing += o.agreeing;
    nonFiniteOutputs += o.nonFiniteOutputs;
    signal.add(o.signal);
    noise.add(o.noise);
  }

  ValidationResult result() {
    return new ValidationResult(
        counts,
        labelled == 0
            ? java.util.Optional.empty()
            : java.util.Optional.of(
                new ValidationResult.Accuracy(
                    (double) floatCorrect / labelled, (double) int8Correct / labelled)),
        (double) agreeing / counts.samples(),
        sqnrDb(),
        nonFiniteOutputs,
        executors);
  }

  /** +∞ where int8 equals float, −∞ where the float output is zero throughout and int8 is not. */
  private double sqnrDb() {
    double s = signal.value();
    double n = noise.value();
    return n == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(s / n);
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      ExecutorIdentity.writeAll(executors, out);
      counts.write(out);
      out.writeLong(labelled);
      out.writeLong(floatCorrect);
      out.writeLong(int8Correct);
      out.writeLong(agreeing);
      out.writeLong(nonFiniteOutputs);
      signal.write(out);
      noise.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static ValidationTotals fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new io.octant.OctantException(
            "Cannot read validation totals: version " + version + ", expected " + VERSION);
      }
      ValidationTotals t = new ValidationTotals();
      t.executors.addAll(ExecutorIdentity.readAll(in));
      t.counts = DataCounts.read(in);
      t.labelled = in.readLong();
      t.floatCorrect = in.readLong();
      t.int8Correct = in.readLong();
      t.agreeing = in.readLong();
      t.nonFiniteOutputs = in.readLong();
      t.signal.add(ExactSum.read(in));
      t.noise.add(ExactSum.read(in));
      return t;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }
}
