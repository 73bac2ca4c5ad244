package io.octant.pipeline.evaluation;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.pipeline.validation.OutputTotals;

/**
 * Sums over the samples that a model ran over; of the float model too, which is compared with
 * itself. Mutable; merging in any order gives equal totals. Not thread-safe.
 */
public final class CandidateTotals {
  private final LabelTotals labels;
  private final OutputTotals output;
  private String error = "";
  private long samples;
  private long paired;
  private long floatOnly;
  private long candidateOnly;
  private long nanos;

  private CandidateTotals(LabelTotals labels, OutputTotals output) {
    this.labels = labels;
    this.output = output;
  }

  /** Nothing yet. */
  CandidateTotals() {
    this(new LabelTotals(), new OutputTotals());
  }

  /** What it said of labelled samples. */
  public LabelTotals labels() {
    return labels;
  }

  /** How its primary output differs from that of the float model. */
  public OutputTotals output() {
    return output;
  }

  /** Why it could not be run, the first of several messages; empty if it could. */
  public String error() {
    return error;
  }

  /** Samples that it ran over. */
  public long samples() {
    return samples;
  }

  /**
   * Labelled samples that both can be right or wrong about: those in which the float model has no
   * NaN.
   */
  public long paired() {
    return paired;
  }

  /** Of these, those that the float model alone gets right. */
  public long floatOnly() {
    return floatOnly;
  }

  /** Of these, those that this model alone gets right. */
  public long candidateOnly() {
    return candidateOnly;
  }

  /** Time that its forward passes took, each on one thread: no part of what is reproducible. */
  public long nanos() {
    return nanos;
  }

  void failed(String message) {
    error = error.isEmpty() || message.compareTo(error) < 0 ? message : error;
  }

  void ran(long count, long took) {
    samples += count;
    nanos += took;
  }

  void verdicts(boolean floatRight, boolean candidateRight) {
    paired++;
    floatOnly += floatRight && !candidateRight ? 1 : 0;
    candidateOnly += candidateRight && !floatRight ? 1 : 0;
  }

  void merge(CandidateTotals o) {
    labels.merge(o.labels);
    output.merge(o.output);
    if (!o.error.isEmpty()) {
      failed(o.error);
    }
    samples += o.samples;
    paired += o.paired;
    floatOnly += o.floatOnly;
    candidateOnly += o.candidateOnly;
    nanos += o.nanos;
  }

  void write(ByteSink out) {
    labels.write(out);
    output.write(out);
    out.text(error);
    out.i64(samples);
    out.i64(paired);
    out.i64(floatOnly);
    out.i64(candidateOnly);
    out.i64(nanos);
  }

  static CandidateTotals read(ByteSource in) {
    CandidateTotals t = new CandidateTotals(LabelTotals.read(in), OutputTotals.read(in));
    t.error = in.text();
    t.samples = in.i64();
    t.paired = in.i64();
    t.floatOnly = in.i64();
    t.candidateOnly = in.i64();
    t.nanos = in.i64();
    return t;
  }
}
