package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.kernels.binding.Stage;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Locale;

/** The stages of a chain at run time: moves their modules and tells the kernel their parameters. */
final class ChainStages {
  private final TrainingChain chain;
  private final GraphModule live;

  ChainStages(TrainingChain chain, GraphModule live) {
    this.chain = chain;
    this.live = live;
  }

  /** Whether a module looks at the values. */
  boolean observes() {
    return chain.kinds().contains(Stage.FAKE_QUANTIZE);
  }

  /** The operator as a plan shows it. */
  String name(String head) {
    StringBuilder out = new StringBuilder(head);
    for (Stage s : chain.kinds()) {
      out.append(out.length() == 0 ? "" : "+").append(s.name().toLowerCase(Locale.ROOT));
    }
    return out + "_f32";
  }

  /** Extrema as a kernel writes them, as the values that they stand for. */
  static float[] values(FloatBuffer extrema) {
    return values(extrema.get(0), extrema.get(1), extrema.get(2) != 0);
  }

  /**
   * Values with the extrema of a tensor.
   *
   * @param low above {@code high} if there are only NaN
   */
  static float[] values(float low, float high, boolean nan) {
    if (low > high) {
      return new float[] {Float.NaN};
    }
    return nan ? new float[] {low, high, Float.NaN} : new float[] {low, high};
  }

  /**
   * Sends values through the stages, which observe them, and writes the stages' parameters.
   *
   * @param seen the extrema of what comes in; none if no stage looks
   */
  void move(float[] seen, FloatBuffer parameters) {
    float[] values = seen;
    for (int i = 0; i < chain.stages().size(); i++) {
      TrainingChain.Step stage = chain.stages().get(i);
      int at = i * Stage.FLOATS;
      switch (stage.kind()) {
        case RELU -> values = clamped(values, 0, Float.POSITIVE_INFINITY);
        case CLIP -> {
          parameters.put(at, stage.low());
          parameters.put(at + 1, stage.high());
          values = clamped(values, stage.low(), stage.high());
        }
        case FAKE_QUANTIZE -> {
          FakeQuantizeModule module = (FakeQuantizeModule) live.module(stage.node().target());
          values = module.forward(Tensor.of(values, values.length)).output().floats();
          write(module, 0, parameters, at);
        }
      }
    }
  }

  /** Shows the extrema of each row to a fake quantize and writes the parameters of each. */
  static void moveRows(
      FakeQuantizeModule module, int rows, FloatBuffer extrema, FloatBuffer parameters) {
    float[] values = new float[3 * rows];
    for (int r = 0; r < rows; r++) {
      float low = extrema.get(3 * r);
      float high = extrema.get(3 * r + 1);
      boolean empty = low > high;
      values[3 * r] = empty ? Float.NaN : low;
      values[3 * r + 1] = empty ? Float.NaN : high;
      values[3 * r + 2] = empty || extrema.get(3 * r + 2) != 0 ? Float.NaN : low;
    }
    module.observe(Tensor.of(values, rows, 3));
    for (int r = 0; r < rows; r++) {
      write(module, r, parameters, r * Stage.FLOATS);
    }
  }

  private static float[] clamped(float[] values, float low, float high) {
    float[] out = values.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(Math.max(out[i], low), high);
    }
    return out;
  }

  /** The parameters of one channel of a fake quantize as they are now. */
  static void write(FakeQuantizeModule module, int channel, FloatBuffer to, int at) {
    float[] scales = module.tensor("scale").floats();
    QRange range = module.range().orElseThrow();
    float scale = scales[Math.min(channel, scales.length - 1)];
    Tensor zeroPoints = module.tensor("zero_point");
    to.put(at, 1 / scale);
    to.put(at + 1, scale);
    to.put(at + 2, (float) zeroPoints.doubleAt(Math.min(channel, zeroPoints.numel() - 1)));
    to.put(at + 3, range.min());
    to.put(at + 4, range.max());
    to.put(at + 5, module.tensor("fake_quant_enabled").doubleAt(0) == 0 ? 0 : 1);
  }
}
