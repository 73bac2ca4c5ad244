package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.reference.kernel.Normalization.Statistics;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batch norm of a chain between its kernels: from sums over channels to what the next kernel
 * multiplies with. With a divisor {@code k}, what is normalized is {@code u = x / k}: kernels see x
 * only, and the division is in their factors.
 */
final class ChainNorm {
  private final GraphModule live;
  private final String path;
  private final ChainStages stages;
  private final int channels;
  private final int places;

  ChainNorm(GraphModule live, String path, ChainStages stages, int channels, int places) {
    this.live = live;
    this.path = path;
    this.stages = stages;
    this.channels = channels;
    this.places = places;
  }

  private BatchNormNd norm() {
    return (BatchNormNd) live.module(path);
  }

  /** Whether it normalizes by the batch's statistics. */
  boolean ofBatch() {
    return norm().isTraining() || norm().findTensor("running_mean") == null;
  }

  private static double at(@Nullable Tensor vector, int channel, double otherwise) {
    return vector == null ? otherwise : vector.doubleAt(channel);
  }

  private static double divisor(List<Tensor> inputs, int channel) {
    return inputs.isEmpty() ? 1 : inputs.get(0).doubleAt(channel);
  }

  /**
   * Moves running statistics and observers.
   *
   * @param reads sums and extrema of x, if anyone asks for them
   * @param writes m, a and b of each channel and the stages' parameters; the mean of x and the
   *     inverse deviation of u
   */
  List<Tensor> forward(List<Tensor> inputs, List<ByteBuffer> reads, List<ByteBuffer> writes) {
    BatchNormNd norm = norm();
    FloatBuffer parameters = writes.get(0).asFloatBuffer();
    DoubleBuffer memory = writes.get(1).asDoubleBuffer();
    Statistics used = ofBatch() ? batch(inputs, reads.get(0)) : running(norm);
    if (norm.isTraining()) {
      norm.track(used);
    }
    Tensor gamma = norm.findTensor("weight");
    Tensor beta = norm.findTensor("bias");
    double eps = norm.settings().eps();
    for (int c = 0; c < channels; c++) {
      double k = divisor(inputs, c);
      double mean = used.mean()[c] * k;
      double inverse = 1 / Math.sqrt(used.variance()[c] + eps);
      double a = at(gamma, c, 1) * inverse / k;
      float m = (float) mean;
      parameters.put(c, m);
      parameters.put(channels + c, (float) a);
      parameters.put(2 * channels + c, (float) (at(beta, c, 0) + (m - mean) * a));
      memory.put(c, mean);
      memory.put(channels + c, inverse);
    }
    float[] seen = reads.isEmpty() ? new float[0] : extrema(reads.get(0), parameters);
    stages.move(seen, parameters.position(3 * channels).slice());
    return List.of();
  }

  /** Mean and biased variance of u from the sums of x. */
  private Statistics batch(List<Tensor> inputs, ByteBuffer read) {
    DoubleBuffer sums = read.asDoubleBuffer();
    FloatBuffer first = floats(read);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    for (int c = 0; c < channels; c++) {
      double k = divisor(inputs, c);
      double shifted = sums.get(c) / places;
      double square = sums.get(channels + c) / places - shifted * shifted;
      mean[c] = (first.get(c) + shifted) / k;
      variance[c] = Math.max(square, 0 * square) / (k * k);
    }
    return new Statistics(mean, variance, places);
  }

  private static Statistics running(BatchNormNd norm) {
    Tensor mean = norm.tensor("running_mean");
    Tensor variance = norm.tensor("running_var");
    return new Statistics(doubles(mean), doubles(variance), 0);
  }

  private static double[] doubles(Tensor t) {
    double[] out = new double[t.numel()];
    Arrays.setAll(out, t::doubleAt);
    return out;
  }

  private FloatBuffer floats(ByteBuffer read) {
    return read.duplicate()
        .order(read.order())
        .position(16 * channels)
        .slice()
        .order(read.order())
        .asFloatBuffer();
  }

  /** The extrema of what the first stage sees, as the kernel will compute them. */
  private float[] extrema(ByteBuffer read, FloatBuffer parameters) {
    DoubleBuffer sums = read.asDoubleBuffer();
    FloatBuffer values = floats(read);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    boolean nan = false;
    for (int c = 0; c < channels; c++) {
      nan |= Double.isNaN(sums.get(c));
      for (int end = 1; end <= 2; end++) {
        float x = values.get(end * channels + c);
        float z =
            (x - parameters.get(c)) * parameters.get(channels + c)
                + parameters.get(2 * channels + c);
        nan |= Float.isNaN(z);
        low = z < low ? z : low;
        high = z > high ? z : high;
      }
    }
    return ChainStages.values(low, high, nan);
  }

  /**
   * From the sums of g and {@code g · (x − m)} to the factors of the gradient of x.
   *
   * @return the gradients of weight and bias, and of the divisor if there is one
   */
  List<Tensor> backward(List<Tensor> inputs, List<ByteBuffer> reads, List<ByteBuffer> writes) {
    DoubleBuffer sums = reads.get(0).asDoubleBuffer();
    FloatBuffer parameters = reads.get(1).asFloatBuffer();
    DoubleBuffer memory = reads.get(2).asDoubleBuffer();
    FloatBuffer out = writes.get(0).asFloatBuffer();
    BatchNormNd norm = norm();
    Tensor gamma = norm.findTensor("weight");
    double eps = norm.settings().eps();
    float[] ofWeight = new float[channels];
    float[] ofBias = new float[channels];
    float[] ofDivisor = new float[channels];
    for (int c = 0; c < channels; c++) {
      double k = divisor(inputs, c);
      double mean = memory.get(c);
      double inverse = memory.get(channels + c);
      double rounding = parameters.get(c) - mean;
      double sum = sums.get(c);
      double product = (sums.get(channels + c) + rounding * sum) / k; // g · (u − mean of u)
      double scale = at(gamma, c, 1) * inverse;
      double a = scale / k;
      double b = 0;
      double constant = 0;
      double throughU; // Σ (gradient of u) · u
      if (ofBatch()) {
        b = -a * inverse * inverse * product / places / k;
        constant = -a * sum / places;
        throughU = scale * product * eps * inverse * inverse;
      } else {
        throughU = scale * (product + mean / k * sum);
      }
      out.put(c, (float) a);
      out.put(channels + c, (float) b);
      out.put(2 * channels + c, (float) (constant + b * rounding));
      ofWeight[c] = (float) (product * inverse);
      ofBias[c] = (float) sum;
      ofDivisor[c] = (float) (-throughU / k);
    }
    Tensor weight = Tensor.of(ofWeight, channels);
    Tensor bias = Tensor.of(ofBias, channels);
    if (inputs.isEmpty()) {
      return List.of(weight, bias);
    }
    Shape shape = inputs.get(0).shape();
    return List.of(weight, bias, Tensor.of(inputs.get(0).dtype(), shape, ofDivisor));
  }
}
