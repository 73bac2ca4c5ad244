package io.octant.pipeline.validation;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * Sums over the parts of one output. Mutable; merging in any order gives equal totals and equal
 * bytes.
 */
public final class OutputTotals {
  private long compared;
  private long floatNan;
  private long int8Nan;
  private long int8NanOnly;
  private long nonFiniteElements;
  private long agreeing;
  private long classified;
  private double maxAbsError;
  private long elements;
  private long directed;
  private final ExactSum signal = new ExactSum();
  private final ExactSum noise = new ExactSum();
  private final ExactSum cosines = new ExactSum();

  /**
   * Adds one sample, or one batch of an output without parts. NaN in one of the two leaves the
   * whole part out of the differences.
   */
  public void add(ComparedOutput output, Part reference, Part quantized) {
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
    double product = 0;
    double reference2 = 0;
    double quantized2 = 0;
    int n = reference.length();
    for (int i = 0; i < n; i++) {
      double x = reference.at(i);
      double y = quantized.at(i);
      double error = x - y;
      product += x * y;
      reference2 += x * x;
      quantized2 += y * y;
      // Squares of float32 values are exact in a double; those of errors are rounded once each.
      if (Double.isFinite(x * x) && Double.isFinite(error * error)) {
        signal.add(x * x);
        noise.add(error * error);
        maxAbsError = Math.max(maxAbsError, Math.abs(error));
        elements++;
      } else {
        nonFiniteElements++;
      }
    }
    direction(product, reference2, quantized2);
  }

  /** Of a whole part or not at all: with an infinite element it has no direction. */
  private void direction(double product, double reference2, double quantized2) {
    if (reference2 > 0 && Double.isFinite(reference2) && Double.isFinite(quantized2)) {
      directed++;
      double cosine = product / (Math.sqrt(reference2) * Math.sqrt(quantized2));
      cosines.add(quantized2 == 0 ? 0 : Math.max(-1, Math.min(1, cosine)));
    }
  }

  /** Adds all that others hold. */
  public void merge(OutputTotals o) {
    compared += o.compared;
    floatNan += o.floatNan;
    int8Nan += o.int8Nan;
    int8NanOnly += o.int8NanOnly;
    nonFiniteElements += o.nonFiniteElements;
    agreeing += o.agreeing;
    classified += o.classified;
    maxAbsError = Math.max(maxAbsError, o.maxAbsError);
    elements += o.elements;
    signal.add(o.signal);
    noise.add(o.noise);
    directed += o.directed;
    cosines.add(o.cosines);
  }

  /** What the sums come to. */
  public OutputComparison result(ComparedOutput output) {
    return new OutputComparison(
        output.name(),
        output.samples(),
        compared,
        output.namesClasses() ? (double) agreeing / classified : Double.NaN,
        sqnrDb(),
        directed == 0 ? Double.NaN : cosines.value() / directed,
        elements > 0 ? maxAbsError : Double.NaN,
        floatNan,
        int8Nan,
        int8NanOnly,
        nonFiniteElements);
  }

  /**
   * Mean of {@code (f − q)²} over the elements that {@link OutputComparison#sqnrDb} is of, float64;
   * NaN if there are none.
   */
  public double meanSquaredError() {
    return elements == 0 ? Double.NaN : noise.value() / elements;
  }

  private double sqnrDb() {
    if (elements == 0) {
      return Double.NaN;
    }
    double s = signal.value();
    double n = noise.value();
    return n == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(s / n);
  }

  /** Writes the sums for the next task. */
  public void write(ByteSink out) {
    out.i64(compared);
    out.i64(floatNan);
    out.i64(int8Nan);
    out.i64(int8NanOnly);
    out.i64(nonFiniteElements);
    out.i64(agreeing);
    out.i64(classified);
    out.f64(maxAbsError);
    out.i64(elements);
    signal.write(out);
    noise.write(out);
    out.i64(directed);
    cosines.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static OutputTotals read(ByteSource in) {
    OutputTotals t = new OutputTotals();
    t.compared = in.i64();
    t.floatNan = in.i64();
    t.int8Nan = in.i64();
    t.int8NanOnly = in.i64();
    t.nonFiniteElements = in.i64();
    t.agreeing = in.i64();
    t.classified = in.i64();
    t.maxAbsError = in.f64();
    t.elements = in.i64();
    t.signal.add(ExactSum.read(in));
    t.noise.add(ExactSum.read(in));
    t.directed = in.i64();
    t.cosines.add(ExactSum.read(in));
    return t;
  }
}
