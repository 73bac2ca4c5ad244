package io.octant.pipeline.validation;

import io.octant.pipeline.validation.LayerComparison.Layer;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Sums over samples, value by value along the network. Mutable. Samples come in one order: a batch
 * has its sums from its own elements, and is added to those before it.
 */
final class LayerTotals {
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

  LayerComparison result(LayerPlan plan) {
    List<Layer> layers = new ArrayList<>();
    Iterator<Value> next = values.iterator();
    for (LayerValue value : plan.values()) {
      layers.add(value.isCompared() ? next.next().result(value) : Layer.notCompared(value));
    }
    return new LayerComparison(samples, layers);
  }

  private static final class Value {
    private long elements;
    private long nonFinite;
    private long floatNan;
    private long int8OnlyNan;
    private long clipped;
    private double signal;
    private double noise;

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
          floatNan += Double.isNaN(x) ? 1 : 0;
          int8OnlyNan += Float.isNaN(q[i]) && !Double.isNaN(x) ? 1 : 0;
        }
        if (value.grid() != null && value.grid().clips(x)) {
          clipped++;
        }
      }
      signal += signals;
      noise += noises;
    }

    Layer result(LayerValue value) {
      double sqnr =
          elements == 0
              ? Double.NaN
              : noise == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(signal / noise);
      long all = elements + nonFinite;
      double saturated = value.grid() == null || all == 0 ? Double.NaN : (double) clipped / all;
      return new Layer(
          value,
          elements,
          sqnr,
          saturated,
          nonFinite,
          new LayerComparison.NanElements(floatNan, int8OnlyNan));
    }
  }
}
