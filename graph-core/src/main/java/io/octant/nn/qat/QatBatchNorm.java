package io.octant.nn.qat;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.intrinsic.BatchNormFolding;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * With a batch norm, the child {@code bn}: {@code torch.ao.nn.intrinsic.qat.ConvBn1d}, {@code
 * ConvBn2d}, {@code ConvBn3d}, {@code ConvBnReLU1d}, {@code ConvBnReLU2d}, {@code ConvBnReLU3d},
 * {@code LinearBn1d}.
 *
 * <p>The weight is fake quantized as it will be after folding, {@code W·k} with {@code k = γ /
 * √(running_var + eps)}; the result is divided by {@code k} again, the bias is added, and the batch
 * norm follows, which uses and updates batch statistics in training. A channel with {@code γ = 0}
 * has nothing left to quantize and takes its statistics from the float weight; in PyTorch it is not
 * a number.
 *
 * <p>While {@linkplain #freezeBatchNorm frozen}, the batch norm keeps its running statistics even
 * in training.
 */
public final class QatBatchNorm extends QatModule {
  private boolean frozen;

  QatBatchNorm(FusedModule module, ActivationPostProcess fakeQuantize) {
    super(torchName(module), module.part(0), module.parts().size() > 2 ? module.part(2) : null);
    setChild("bn", module.part(1).copy());
    observeWeight(fakeQuantize);
  }

  static boolean covers(FusedKind kind) {
    return kind.hasBatchNorm() && kind.parts().get(0).name().matches(".*(Conv|Linear).*");
  }

  private static String torchName(FusedModule module) {
    if (!covers(module.kind())) {
      throw new OctantException(
          "Cannot make a quantization-aware module of "
              + module.type()
              + ", expected a convolution or linear with batch norm");
    }
    return module.type().name().replace(".intrinsic.", ".intrinsic.qat.");
  }

  /** Keeps the running statistics from now on; {@code freeze_bn_stats}. */
  public void freezeBatchNorm() {
    frozen = true;
    module("bn").train(false);
  }

  /** Uses and updates batch statistics in training again; {@code update_bn_stats}. */
  public void updateBatchNorm() {
    frozen = false;
    module("bn").train(true);
  }

  /** Whether running statistics are kept in training too. */
  public boolean isBatchNormFrozen() {
    return frozen;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>(super.hyperparameters());
    out.put("freeze_bn", frozen);
    return out;
  }

  @Override
  protected Module floatWeighted() {
    return BatchNormFolding.fold(super.floatWeighted(), module("bn"));
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Module bn = module("bn");
    if (frozen && bn.isTraining()) {
      bn.train(false); // train() on a parent reaches every descendant
    }
    float[] factor = factor(bn);
    Tensor folded = times(tensor("weight"), factor);
    Tensor weight = restoreZeroChannels(fakeQuantized(folded), factor);
    Tensor zero = Tensor.of(new float[factor.length], factor.length);
    Tensor unscaled = unscaled(weighted(weight, zero, args, kwargs), factor);
    return activated((Tensor) bn.evaluate(List.of(unscaled), Map.of()));
  }

  /** Puts the float weight in place of channels that folding makes zero. */
  private Tensor restoreZeroChannels(Tensor weight, float[] factor) {
    float[] out = weight.floats().clone();
    float[] unfolded = tensor("weight").floats();
    int inner = weight.shape().strides()[0];
    for (int c = 0; c < factor.length; c++) {
      if (factor[c] == 0) {
        System.arraycopy(unfolded, c * inner, out, c * inner, inner);
      }
    }
    return Tensor.of(DType.FLOAT32, weight.shape(), out);
  }

  /** Divides channels by their factors and adds the bias. */
  private Tensor unscaled(Tensor y, float[] factor) {
    Tensor bias = findTensor("bias");
    float[] out = y.floats().clone();
    int inner = y.shape().strides()[1];
    for (int i = 0; i < out.length; i++) {
      int c = i / inner % factor.length;
      float value = factor[c] == 0 ? out[i] : out[i] / factor[c];
      out[i] = value + (bias == null ? 0f : bias.floats()[c]);
    }
    return Tensor.of(DType.FLOAT32, y.shape(), out);
  }

  /** {@code γ / √(running_var + eps)} of every channel. */
  private static float[] factor(Module bn) {
    float eps = (float) new NamedValues(bn.type().name(), bn.hyperparameters()).number("eps");
    float[] variance = bn.tensor("running_var").floats();
    float[] gamma = bn.tensor("weight").floats();
    float[] out = new float[gamma.length];
    for (int c = 0; c < out.length; c++) {
      out[c] = gamma[c] / (float) Math.sqrt(variance[c] + eps);
    }
    return out;
  }

  /** Multiplies the rows of a weight. */
  private static Tensor times(Tensor weight, float[] factor) {
    Shape shape = weight.shape();
    int inner = shape.strides()[0];
    float[] out = weight.floats().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= factor[i / inner];
    }
    return Tensor.of(DType.FLOAT32, shape, out);
  }
}
