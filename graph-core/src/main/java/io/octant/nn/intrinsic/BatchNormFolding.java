package io.octant.nn.intrinsic;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Folds a batch norm with running statistics into the convolution or linear in front of it: {@code
 * W' = W·(γ·r)}, {@code b' = (b − mean)·r·γ + β} with {@code r = 1 / √(var + eps)} for each output
 * channel, every step rounded to float32 in this order, so that folded weights equal those of
 * PyTorch's {@code fuse_conv_bn_eval} and {@code fuse_linear_bn_eval} ({@code
 * torch.nn.utils.fusion.fuse_conv_bn_weights}) bit for bit: the largest weight of a channel sits on
 * a rounding tie when it is quantized. A missing γ counts as 1, a missing β or b as 0.
 */
public final class BatchNormFolding {
  private final float[] inverse;
  private final float[] gamma;
  private final float[] mean;
  private final @Nullable Tensor beta;

  private BatchNormFolding(Module batchNorm) {
    Tensor variance = batchNorm.findTensor("running_var");
    Tensor runningMean = batchNorm.findTensor("running_mean");
    if (variance == null || runningMean == null) {
      throw new OctantException(
          "Cannot fold "
              + batchNorm
              + ": no running statistics, expected running_mean and running_var");
    }
    float eps =
        (float) new NamedValues(batchNorm.type().name(), batchNorm.hyperparameters()).number("eps");
    Tensor weight = batchNorm.findTensor("weight");
    this.mean = runningMean.floats();
    this.beta = batchNorm.findTensor("bias");
    this.inverse = new float[mean.length];
    this.gamma = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      inverse[c] = 1f / (float) Math.sqrt(variance.floats()[c] + eps);
      gamma[c] = weight == null ? 1f : weight.floats()[c];
    }
  }

  /**
   * A copy of a module with the batch norm folded in. It always has a bias.
   *
   * @param weighted Linear, Conv1d to Conv3d or ConvTranspose1d to ConvTranspose3d
   * @throws OctantException if channels do not agree, or the batch norm keeps no statistics
   */
  public static Module fold(Module weighted, Module batchNorm) {
    return new BatchNormFolding(batchNorm).into(weighted);
  }

  private Module into(Module weighted) {
    Tensor weight = weighted.tensor("weight");
    Tensor bias = weighted.findTensor("bias");
    Module out = weighted.copy();
    out.setParameter("weight", foldedWeight(weighted, weight));
    float[] b = new float[mean.length];
    for (int c = 0; c < b.length; c++) {
      float shifted = ((bias == null ? 0f : bias.floats()[c]) - mean[c]) * inverse[c] * gamma[c];
      b[c] = beta == null ? shifted : shifted + beta.floats()[c];
    }
    out.setParameter("bias", Tensor.of(b, b.length));
    return out;
  }

  private Tensor foldedWeight(Module weighted, Tensor weight) {
    boolean transposed = weighted.type().name().contains("ConvTranspose");
    int groups = transposed ? groups(weighted) : 1;
    Shape shape = weight.shape();
    int axis = transposed ? 1 : 0;
    int perGroup = shape.dim(axis);
    if (perGroup * groups != mean.length) {
      throw new OctantException(
          "Cannot fold a batch norm of "
              + mean.length
              + " channels into "
              + weighted
              + ", expected "
              + perGroup * groups);
    }
    int inner = shape.strides()[axis];
    int rowsPerGroup = transposed ? shape.dim(0) / groups : 1;
    float[] from = weight.floats();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      int channel = i / inner % perGroup;
      if (transposed) {
        channel += i / (inner * perGroup) / rowsPerGroup * perGroup;
      }
      to[i] = from[i] * (gamma[channel] * inverse[channel]);
    }
    return Tensor.of(DType.FLOAT32, shape, to);
  }

  private static int groups(Module weighted) {
    return new NamedValues(weighted.type().name(), weighted.hyperparameters()).integer("groups");
  }
}
