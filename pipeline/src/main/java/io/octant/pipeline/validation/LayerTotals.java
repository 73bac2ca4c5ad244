package io.octant.pipeline.validation;

import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.pipeline.validation.LayerComparison.Layer;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Sums over samples, value by value along the network. Mutable; merging in any order gives equal
 * totals and equal bytes: a batch has its sums from its own elements in their order, and sums of
 * batches are exact.
 */
final class LayerTotals {
  private static final Envelope ENVELOPE = new Envelope("layer totals", "OCTLAYER", 1);

  private final List<Value> values = new ArrayList<>();
  private int samples;

  /** Nothing yet, of so many values. */
  LayerTotals(int count) {
    for (int i = 0; i < count; i++) {
      values.add(new Value());
    }
  }

  int samples() {
    return samples;
  }

  void addSamples(int count) {
    samples += count;
  }

  /** Adds a batch of a value. */
  void add(int i, LayerValue value, Tensor reference, Tensor quantized) {
    values.get(i).add(value, reference, quantized);
  }

  void merge(LayerTotals o) {
    samples += o.samples;
    for (int i = 0; i < values.size(); i++) {
      values.get(i).merge(o.values.get(i));
    }
  }

  LayerComparison result(LayerPlan plan) {
    List<Layer> layers = new ArrayList<>();
    Iterator<Value> next = values.iterator();
    for (LayerValue value : plan.values()) {
      layers.add(value.isCompared() ? next.next().result(value) : Layer.notCompared(value));
    }
    return new LayerComparison(samples, layers);
  }

  byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          out.u32(samples);
          out.varint(values.size());
          for (Value value : values) {
            out.i64(value.elements);
            out.i64(value.nonFinite);
            out.i64(value.clipped);
            value.signal.write(out);
            value.noise.write(out);
          }
        });
  }

  static LayerTotals fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    int samples = in.u32();
    LayerTotals totals = new LayerTotals(in.count(1));
    totals.samples = samples;
    for (Value value : totals.values) {
      value.elements = in.i64();
      value.nonFinite = in.i64();
      value.clipped = in.i64();
      value.signal.add(ExactSum.read(in));
      value.noise.add(ExactSum.read(in));
    }
    in.requireEnd();
    return totals;
  }

  private static final class Value {
    private long elements;
    private long nonFinite;
    private long clipped;
    private final ExactSum signal = new ExactSum();
    private final ExactSum noise = new ExactSum();

    void add(LayerValue value, Tensor reference, Tensor quantized) {
      float[] f = reference.floats();
      float[] q = quantized.floats();
      double signals = 0;
      double noises = 0;
      for (int i = 0; i < f.length; i++) {
        double x = f[i];
        double error = x - q[i];
        // Squares of float32 values are finite doubles.
        if (Double.isFinite(error)) {
          signals += x * x;
          noises += error * error;
          elements++;
        } else {
          nonFinite++;
        }
        if (value.grid() != null && value.grid().clips(x)) {
          clipped++;
        }
      }
      signal.add(signals);
      noise.add(noises);
    }

    void merge(Value o) {
      elements += o.elements;
      nonFinite += o.nonFinite;
      clipped += o.clipped;
      signal.add(o.signal);
      noise.add(o.noise);
    }

    Layer result(LayerValue value) {
      double s = signal.value();
      double n = noise.value();
      double sqnr =
          elements == 0
              ? Double.NaN
              : n == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(s / n);
      long all = elements + nonFinite;
      double saturated = value.grid() == null || all == 0 ? Double.NaN : (double) clipped / all;
      return new Layer(value, elements, sqnr, saturated, nonFinite);
    }
  }
}
