package io.octant.nn.quantized;

import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PostOperation;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear on quantized tensors, alone or with a fused activation: {@code nn.quantized.Linear},
 * {@code nn.intrinsic.quantized.LinearReLU}, {@code LinearLeakyReLU}, {@code LinearTanh}.
 */
public final class QuantizedLinear extends QuantizedModule {
  /** The fused activation. */
  public enum Activation {
    NONE("torch.ao.nn.quantized.Linear"),
    RELU("torch.ao.nn.intrinsic.quantized.LinearReLU"),
    LEAKY_RELU("torch.ao.nn.intrinsic.quantized.LinearLeakyReLU"),
    TANH("torch.ao.nn.intrinsic.quantized.LinearTanh");

    private final String torchName;

    Activation(String torchName) {
      this.torchName = torchName;
    }
  }

  private final PackedLinear packed;
  private final QParams output;
  private final Activation activation;
  private final double negativeSlope;

  private QuantizedLinear(
      PackedLinear packed, QParams output, Activation activation, double negativeSlope) {
    super(activation.torchName);
    this.packed = packed;
    this.output = output;
    this.activation = activation;
    this.negativeSlope = negativeSlope;
  }

  /** Without a slope: no activation, ReLU or tanh. */
  public static QuantizedLinear of(PackedLinear packed, QParams output, Activation activation) {
    return new QuantizedLinear(packed, output, activation, 0);
  }

  /** With a leaky ReLU before the output is quantized. */
  public static QuantizedLinear leakyRelu(
      PackedLinear packed, QParams output, double negativeSlope) {
    return new QuantizedLinear(packed, output, Activation.LEAKY_RELU, negativeSlope);
  }

  /** Integer weight and float bias. */
  public PackedLinear packed() {
    return packed;
  }

  /** Scale and zero point of the output. */
  public QParams output() {
    return output;
  }

  /** What follows the product before the output is quantized. */
  public Activation activation() {
    return activation;
  }

  /** The activation as kernels apply it. */
  public PostOperation postOperation() {
    return switch (activation) {
      case NONE -> PostOperation.NONE;
      case RELU -> PostOperation.RELU;
      case LEAKY_RELU -> PostOperation.leakyRelu(negativeSlope);
      case TANH -> PostOperation.TANH;
    };
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("in_features", (long) packed.weight().shape().dim(1));
    out.put("out_features", (long) packed.weight().shape().dim(0));
    out.put("scale", output.scale());
    out.put("zero_point", (long) output.zeroPoint());
    if (activation == Activation.LEAKY_RELU) {
      out.put("negative_slope", negativeSlope);
    }
    return out;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return quantizedState(packed);
  }

  /** Quantized {@code [*, in]} to quantized {@code [*, out]}. */
  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tensor x = quantizedInputs(args, kwargs, 1).get(0);
    return packed.apply(x, output, postOperation());
  }
}
