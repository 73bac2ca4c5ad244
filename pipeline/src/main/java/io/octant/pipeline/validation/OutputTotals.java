package io.octant.pipeline.validation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Sums over the parts of one output. Mutable; merging in any order gives equal totals and equal
 * bytes.
 */
final class OutputTotals {
  private long compared;
  private long floatNan;
  private long int8Nan;
  private long int8NanOnly;
  private long nonFiniteElements;
  private long agreeing;
  private long classified;
  private double maxAbsError;
  private boolean hasElements;
  private final ExactSum signal = new ExactSum();
  private final ExactSum noise = new ExactSum();

  /**
   * Adds one sample, or one batch of an output without parts. NaN in one of the two leaves the
   * whole part out of the differences.
   */
  void add(ComparedOutput output, Part reference, Part quantized) {
    compared++;
    boolean f = reference.hasNan();
    boolean q = quantized.hasNan();
    floatNan += f ? 1 : 0;
    int8Nan += q ? 1 : 0;
    int8NanOnly += q && !f ? 1 : 0;
    if (output.namesClasses() && !f) {
      // Where float has no class there is nothing to agree with; where only int8 has none, it
      // disagrees.
      classified++;
      agreeing +=
          !q && reference.top1(output.meaning()) == quantized.top1(output.meaning()) ? 1 : 0;
    }
    if (!f && !q) {
      differences(reference, quantized);
    }
  }

  private void differences(Part reference, Part quantized) {
    int n = reference.length();
    for (int i = 0; i < n; i++) {
      double x = reference.at(i);
      double error = x - quantized.at(i);
      // Squares of float32 values are exact in a double; those of errors are rounded once each.
      if (Double.isFinite(x * x) && Double.isFinite(error * error)) {
        signal.add(x * x);
        noise.add(error * error);
        maxAbsError = Math.max(maxAbsError, Math.abs(error));
        hasElements = true;
      } else {
        nonFiniteElements++;
      }
    }
  }

  void merge(OutputTotals o) {
    compared += o.compared;
    floatNan += o.floatNan;
    int8Nan += o.int8Nan;
    int8NanOnly += o.int8NanOnly;
    nonFiniteElements += o.nonFiniteElements;
    agreeing += o.agreeing;
    classified += o.classified;
    maxAbsError = Math.max(maxAbsError, o.maxAbsError);
    hasElements |= o.hasElements;
    signal.add(o.signal);
    noise.add(o.noise);
  }

  OutputComparison result(ComparedOutput output) {
    return new OutputComparison(
        output.name(),
        output.samples(),
        compared,
        output.namesClasses() ? (double) agreeing / classified : Double.NaN,
        sqnrDb(),
        hasElements ? maxAbsError : Double.NaN,
        floatNan,
        int8Nan,
        int8NanOnly,
        nonFiniteElements);
  }

  private double sqnrDb() {
    if (!hasElements) {
      return Double.NaN;
    }
    double s = signal.value();
    double n = noise.value();
    return n == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(s / n);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(compared);
    out.writeLong(floatNan);
    out.writeLong(int8Nan);
    out.writeLong(int8NanOnly);
    out.writeLong(nonFiniteElements);
    out.writeLong(agreeing);
    out.writeLong(classified);
    out.writeDouble(maxAbsError);
    out.writeBoolean(hasElements);
    signal.write(out);
    noise.write(out);
  }

  static OutputTotals read(DataInput in) throws IOException {
    OutputTotals t = new OutputTotals();
    t.compared = in.readLong();
    t.floatNan = in.readLong();
    t.int8Nan = in.readLong();
    t.int8NanOnly = in.readLong();
    t.nonFiniteElements = in.readLong();
    t.agreeing = in.readLong();
    t.classified = in.readLong();
    t.maxAbsError = in.readDouble();
    t.hasElements = in.readBoolean();
    t.signal.add(ExactSum.read(in));
    t.noise.add(ExactSum.read(in));
    return t;
  }
}
