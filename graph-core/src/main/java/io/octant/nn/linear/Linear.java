package io.octant.nn.linear;

import io.octant.graph.TorchType;
import io.octant.nn.Bias;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x Wᵀ + b} on the last axis.
 *
 * <p>Input [*, inFeatures], output [*, outFeatures], weight [outFeatures, inFeatures], bias
 * [outFeatures].
 */
@TorchType("torch.nn.Linear")
public class Linear extends UnaryModule implements Initialization.Resettable {
  private final int inFeatures;
  private final int outFeatures;

  /** A layer with bias. */
  public Linear(int inFeatures, int outFeatures) {
    this(inFeatures, outFeatures, Bias.WITH);
  }

  /** A layer whose parameters are drawn with seed 0, uniform within {@code ±1/√inFeatures}. */
  public Linear(int inFeatures, int outFeatures, Bias bias) {
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    setParameter("weight", Initialization.constant(0, outFeatures, inFeatures));
    if (bias == Bias.WITH) {
      setParameter("bias", Initialization.constant(0, outFeatures));
    }
    initialize(new Random(0));
  }

  /** A layer with given parameters. */
  public Linear(Tensor weight, @Nullable Tensor bias) {
    this.inFeatures = weight.shape().dim(1);
    this.outFeatures = weight.shape().dim(0);
    setParameter("weight", weight);
    if (bias != null) {
      setParameter("bias", bias);
    }
  }

  private void initialize(Random random) {
    double bound = 1 / Math.sqrt(inFeatures);
    setParameter("weight", Initialization.uniform(random, bound, outFeatures, inFeatures));
    if (findTensor("bias") != null) {
      setParameter("bias", Initialization.uniform(random, bound, outFeatures));
    }
  }

  @Override
  public void resetParameters(Random random) {
    initialize(random);
  }

  /** Size of the last axis of inputs. */
  public int inFeatures() {
    return inFeatures;
  }

  /** Size of the last axis of outputs. */
  public int outFeatures() {
    return outFeatures;
  }

  @Override
  public Tensor forward(Tensor input) {
    return MatrixProducts.linear(input, tensor("weight"), findTensor("bias"));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("in_features", inFeatures, "out_features", outFeatures);
  }
}
