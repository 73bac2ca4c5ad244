package io.octant.reference.kernel;

import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of {@code x̂ · γ + β}, {@code x̂ = (x − mean) / √(var + eps)}. Statistics are found
 * again from the input, in double.
 */
public final class NormalizationGradient {
  /**
   * Which elements are normalized together and which share a weight.
   *
   * @param groups how many groups there are
   * @param groupOf the group of an element
   * @param weights how many weights there are
   * @param weightOf the weight of an element
   */
  private record Layout(
      int groups, IntUnaryOperator groupOf, int weights, IntUnaryOperator weightOf) {}

  private NormalizationGradient() {}

  /**
   * Gradients of input, weight and bias of batch normalization.
   *
   * @param running statistics that were used, null for those of the batch
   */
  public static Tuple batchNorm(
      Tensor grad,
      Tensor x,
      Normalization.@Nullable Statistics running,
      @Nullable Tensor weight,
      double eps) {
    int channels = x.shape().dim(1);
    int inner = x.shape().strides()[1];
    IntUnaryOperator channel = i -> i / inner % channels;
    Layout layout = new Layout(channels, channel, channels, channel);
    if (running == null) {
      return standardized(grad, x, layout, weight, Shape.of(channels), eps);
    }
    double[] g = Values.of(grad);
    double[] v = Values.of(x);
    double[] dWeight = new double[channels];
    double[] dBias = new double[channels];
    for (int i = 0; i < v.length; i++) {
      int c = channel.applyAsInt(i);
      double inverse = 1 / Math.sqrt(running.variance()[c] + eps);
      dWeight[c] += g[i] * (v[i] - running.mean()[c]) * inverse;
      dBias[c] += g[i];
      g[i] *= inverse * (weight == null ? 1 : weight.doubleAt(c));
    }
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), g),
        Values.tensor(x.dtype(), Shape.of(channels), dWeight),
        Values.tensor(x.dtype(), Shape.of(channels), dBias));
  }

  /** Gradients of input, weight and bias of layer normalization over the last axes. */
  public static Tuple layerNorm(
      Tensor grad, Tensor x, Shape normalized, @Nullable Tensor weight, double eps) {
    int size = Math.max(1, normalized.numel());
    Layout layout = new Layout(x.numel() / size, i -> i / size, size, i -> i % size);
    return standardized(grad, x, layout, weight, normalized, eps);
  }

  /** Gradients of input, weight and bias of group normalization. */
  public static Tuple groupNorm(
      Tensor grad, Tensor x, int groups, @Nullable Tensor weight, double eps) {
    int channels = x.shape().dim(1);
    int inner = x.shape().strides()[1];
    int size = Math.max(1, channels / groups * inner);
    Layout layout =
        new Layout(x.numel() / size, i -> i / size, channels, i -> i / inner % channels);
    return standardized(grad, x, layout, weight, Shape.of(channels), eps);
  }

  private static Tuple standardized(
      Tensor grad, Tensor x, Layout layout, @Nullable Tensor weight, Shape weights, double eps) {
    double[] g = Values.of(grad);
    double[] v = Values.of(x);
    double[] inverse = standardize(v, layout, eps);
    double[] dWeight = new double[layout.weights];
    double[] dBias = new double[layout.weights];
    double[] sums = new double[layout.groups];
    double[] products = new double[layout.groups];
    int size = layout.groups == 0 ? 0 : v.length / layout.groups;
    for (int i = 0; i < v.length; i++) {
      int w = layout.weightOf.applyAsInt(i);
      dWeight[w] += g[i] * v[i];
      dBias[w] += g[i];
      g[i] *= weight == null ? 1 : weight.doubleAt(w);
      sums[layout.groupOf.applyAsInt(i)] += g[i];
      products[layout.groupOf.applyAsInt(i)] += g[i] * v[i];
    }
    for (int i = 0; i < v.length; i++) {
      int group = layout.groupOf.applyAsInt(i);
      g[i] = inverse[group] * (g[i] - (sums[group] + v[i] * products[group]) / size);
    }
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), g),
        Values.tensor(x.dtype(), weights, dWeight),
        Values.tensor(x.dtype(), weights, dBias));
  }

  /** Gives each group mean 0 and variance 1, and returns what each was multiplied with. */
  private static double[] standardize(double[] v, Layout layout, double eps) {
    double[] mean = new double[layout.groups];
    double[] inverse = new double[layout.groups];
    int size = layout.groups == 0 ? 0 : v.length / layout.groups;
    for (int i = 0; i < v.length; i++) {
      mean[layout.groupOf.applyAsInt(i)] += v[i] / size;
    }
    for (int i = 0; i < v.length; i++) {
      int group = layout.groupOf.applyAsInt(i);
      v[i] -= mean[group];
      inverse[group] += v[i] * v[i] / size;
    }
    for (int group = 0; group < inverse.length; group++) {
      inverse[group] = 1 / Math.sqrt(inverse[group] + eps);
    }
    for (int i = 0; i < v.length; i++) {
      v[i] *= inverse[layout.groupOf.applyAsInt(i)];
    }
    return inverse;
  }

  /**
   * Gradients of input and weight of {@code x / √(mean of x² + eps) · γ} over the last axes.
   *
   * @param eps null for the distance from 1 to the next number of the type
   */
  public static Tuple rmsNorm(
      Tensor grad, Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Double eps) {
    double[] g = Values.of(grad);
    double[] v = Values.of(x);
    int size = Math.max(1, normalized.numel());
    double[] dWeight = new double[size];
    double added = eps == null ? Normalization.epsilon(x.dtype()) : eps;
    for (int from = 0; from + size <= v.length; from += size) {
      double squares = 0;
      for (int i = from; i < from + size; i++) {
        squares += v[i] * v[i];
      }
      double inverse = 1 / Math.sqrt(squares / size + added);
      double product = 0;
      for (int i = from; i < from + size; i++) {
        v[i] *= inverse;
        dWeight[i - from] += g[i] * v[i];
        g[i] *= weight == null ? 1 : weight.doubleAt(i - from);
        product += g[i] * v[i];
      }
      for (int i = from; i < from + size; i++) {
        g[i] = inverse * (g[i] - v[i] * product / size);
      }
    }
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), g), Values.tensor(x.dtype(), normalized, dWeight));
  }
}
