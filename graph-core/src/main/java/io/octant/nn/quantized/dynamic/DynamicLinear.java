package io.octant.nn.quantized.dynamic;

import io.octant.OctantException;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.reference.kernel.Activations;
import io.octant.reference.quantized.ActivationBits;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedLinearFp16;
import io.octant.reference.quantized.PackedWeight;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear on float tensors with an int8 or float16 weight: {@code nn.quantized.dynamic.Linear}, and
 * with ReLU {@code nn.intrinsic.quantized.dynamic.LinearReLU}. Activations are quantized to 7 bits
 * for int8 weights, except with qnnpack arithmetic, which takes 8.
 */
public final class DynamicLinear extends QuantizedModule {
  /** The fused activation. */
  public enum Activation {
    NONE("torch.ao.nn.quantized.dynamic.Linear"),
    RELU("torch.ao.nn.intrinsic.quantized.dynamic.LinearReLU");

    private final String torchName;

    Activation(String torchName) {
      this.torchName = torchName;
    }
  }

  private final PackedWeight packed;
  private final Activation activation;

  /**
   * @throws OctantException if the weight is neither {@link PackedLinear} nor {@link
   *     PackedLinearFp16}
   */
  public DynamicLinear(PackedWeight packed, Activation activation) {
    super(activation.torchName);
    if (!(packed instanceof PackedLinear || packed instanceof PackedLinearFp16)) {
      throw new OctantException(
          "Cannot make " + activation.torchName + " of " + packed + ", expected a linear weight");
    }
    this.packed = packed;
    this.activation = activation;
  }

  /** The weight, int8 or float16, and the float bias. */
  public PackedWeight packed() {
    return packed;
  }

  /** The fused activation. */
  public Activation activation() {
    return activation;
  }

  /** Scale 1 and zero point 0 stand for "none", as in PyTorch. */
  @Override
  public Map<String, Object> hyperparameters() {
    Shape weight = packed.weight().shape();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("in_features", (long) weight.dim(1));
    out.put("out_features", (long) weight.dim(0));
    out.put("scale", 1.0);
    out.put("zero_point", 0L);
    out.put("version", 4L);
    return out;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return quantizedState(packed);
  }

  /** Float {@code [*, in]} to float {@code [*, out]}. */
  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    if (args.size() != 1 || !kwargs.isEmpty() || !(args.get(0) instanceof Tensor x)) {
      throw new OctantException("Cannot call " + type() + " on " + args + ", expected one tensor");
    }
    Tensor y = apply(packed, x);
    return activation == Activation.RELU ? Activations.relu(y) : y;
  }

  /** A linear weight on a float input. */
  static Tensor apply(PackedWeight packed, Tensor x) {
    if (packed instanceof PackedLinear integers) {
      return integers.applyDynamic(x, ActivationBits.SEVEN);
    }
    return ((PackedLinearFp16) packed).applyDynamic(x);
  }
}
