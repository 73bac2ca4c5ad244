package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalization by running statistics: a factor and a shift for each channel, which join the
 * kernel that makes the input.
 */
final class BatchNormLowerings {
  private BatchNormLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (int rank = 1; rank <= 3; rank++) {
      table.module(site -> lower(site, site.module()), "torch.nn.BatchNorm" + rank + "d");
    }
    for (int rank = 2; rank <= 3; rank++) {
      table.module(
          site -> ConvolutionLowerings.withRelu(lower(site, site.module().module("0"))),
          "torch.ao.nn.intrinsic.BNReLU" + rank + "d");
    }
  }

  private static Activation lower(Site site, Module norm) {
    Tensor mean = norm.findTensor("running_mean");
    Tensor variance = norm.findTensor("running_var");
    if (mean == null || variance == null || norm.isTraining()) {
      throw new UnsupportedKernelException("normalizes by the batch itself");
    }
    Activation x = site.input();
    Site.require(x.isFloat() && x.rank() >= 2, "needs float32 with channels");
    return apply(site, x, coefficients(norm, mean, variance, Site.settings(norm).number("eps")));
  }

  /** The factor and the shift of each channel. */
  record Coefficients(Tensor factor, Tensor shift) {}

  private static Coefficients coefficients(
      Module norm, Tensor mean, Tensor variance, double epsilon) {
    Tensor gamma = norm.findTensor("weight");
    Tensor beta = norm.findTensor("bias");
    int channels = mean.numel();
    float[] factor = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double inverse = 1 / Math.sqrt(variance.floats()[c] + epsilon);
      double scale = gamma == null ? inverse : gamma.floats()[c] * inverse;
      factor[c] = (float) scale;
      shift[c] = (float) ((beta == null ? 0 : beta.floats()[c]) - mean.floats()[c] * scale);
    }
    return new Coefficients(Tensor.of(factor, channels), Tensor.of(shift, channels));
  }

  static Activation apply(Site site, Activation x, Coefficients coefficients) {
    Activation factor = site.plan().constant(coefficients.factor());
    Activation shift = site.plan().constant(coefficients.shift());
    Pending pending = x.pending();
    if (pending != null && pending.isOpen() && x.rank() == pending.rank()) {
      pending.thenPerChannel("mul", Binary.MUL, factor);
      pending.thenPerChannel("add", Binary.ADD, shift);
      return site.plan().join(site.call(), x);
    }
    Activation src = site.plan().dense(x);
    MemoryLayout dst = src.layout().dense();
    long[] dims = new long[x.rank()];
    Arrays.fill(dims, 1);
    dims[1] = x.shape().dim(1);
    MemoryLayout perChannel = MemoryLayout.rowMajor(dst.type(), dims);
    Pending kernel =
        new Pending(
            "batch_norm_f32",
            dst,
            List.of(src, factor),
            Attributes::new,
            attributes -> Kernels.binary(Binary.MUL, src.layout(), perChannel, dst, attributes));
    kernel.thenPerChannel("add", Binary.ADD, shift);
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }
}
