package io.octant.kernels.plan;

import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.plan.ConvolutionLowerings.Geometry;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/**
 * Convolutions of int32 tensors that hold 8-bit integers less a zero point, as models have them
 * that were quantized dynamically (ONNX' ConvInteger): in float32, which sums integers exactly in
 * any order while no sum of absolute products is beyond 2^24. Weights for which one may be are
 * split into 16 times a high and a low part, each of 4 bits, and the two sums are added as int32.
 */
final class IntegerConvolution {
  private static final long EXACT = 1L << 24;
  private static final int STEP = 16;

  private IntegerConvolution() {}

  static Activation lower(Site site, Activation x, Tensor weight, Geometry geometry) {
    IntegerRange range = site.plan().range(x);
    Site.require(range != null, "needs integers of a known range");
    long most = range == null ? 0 : range.magnitude();
    int[] whole = weight.ints();
    if (isExact(whole, weight, most)) {
      return sums(site, x, floats(whole, 1), weight, geometry);
    }
    int[] high = new int[whole.length];
    int[] low = new int[whole.length];
    for (int i = 0; i < whole.length; i++) {
      high[i] = Math.floorDiv(whole[i] + STEP / 2, STEP);
      low[i] = whole[i] - STEP * high[i];
    }
    Site.require(
        isExact(high, weight, most) && isExact(low, weight, most),
        "sums beyond 2^24 of integers within ±" + most);
    return PairLoop.combine(
        site.plan(),
        Binary.ADD,
        sums(site, x, floats(high, STEP), weight, geometry),
        sums(site, x, floats(low, 1), weight, geometry));
  }

  /** Whether no output channel can have partial sums that float32 rounds. */
  private static boolean isExact(int[] values, Tensor weight, long most) {
    int channels = weight.shape().dim(0);
    int each = values.length / channels;
    for (int c = 0; c < channels; c++) {
      long sum = 0;
      for (int i = c * each; i < (c + 1) * each; i++) {
        sum += Math.abs((long) values[i]);
      }
      if (sum * most > EXACT) {
        return false;
      }
    }
    return true;
  }

  private static float[] floats(int[] values, int factor) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] * factor;
    }
    return out;
  }

  private static Activation sums(
      Site site, Activation x, float[] values, Tensor weight, Geometry geometry) {
    PlanBuilder plan = site.plan();
    Activation src =
        plan.channelsLast(ConversionLowerings.convert(plan, plan.channelsLast(x), DType.FLOAT32));
    Activation dst =
        plan.allocate(
            MemoryLayout.channelsLast(
                ElementType.F32, geometry.output(src, weight.shape().dim(0))));
    plan.emit(
        geometry.operator() + "_s32_as_f32",
        () -> {
          try (Attributes none = new Attributes()) {
            return Kernels.convolution(
                src.layout(),
                geometry.weights(ElementType.F32, weight),
                values,
                null,
                dst.layout(),
                geometry.window(),
                none);
          }
        },
        plan.memory(src),
        plan.memory(dst));
    return ConversionLowerings.convert(plan, dst, DType.INT32);
  }
}
