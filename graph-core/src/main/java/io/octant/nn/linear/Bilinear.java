package io.octant.nn.linear;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.distance.PairModule;
import io.octant.reference.kernel.Distances;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** {@code yₖ = aᵀ Wₖ b + βₖ} on the last axes; weight [out, in1, in2], bias [out]. */
@TorchType("torch.nn.Bilinear")
public class Bilinear extends PairModule implements Initialization.Resettable {
  /** With a bias, drawn with seed 0. */
  public Bilinear(int in1Features, int in2Features, int outFeatures) {
    this(
        Initialization.constant(0, outFeatures, in1Features, in2Features),
        Initialization.constant(0, outFeatures));
    resetParameters(new Random(0));
  }

  /** With given parameters: weight [out, in1, in2], bias [out] or null. */
  public Bilinear(Tensor weight, @Nullable Tensor bias) {
    super("input1", "input2");
    setParameter("weight", weight);
    if (bias != null) {
      setParameter("bias", bias);
    }
  }

  /** Uniform within {@code ±1/√in1}. */
  @Override
  public void resetParameters(Random random) {
    int[] dims = tensor("weight").shape().toArray();
    double bound = 1 / Math.sqrt(dims[1]);
    setParameter("weight", Initialization.uniform(random, bound, dims));
    if (findTensor("bias") != null) {
      setParameter("bias", Initialization.uniform(random, bound, dims[0]));
    }
  }

  @Override
  public Tensor forward(Tensor a, Tensor b) {
    return Distances.bilinear(a, b, tensor("weight"), findTensor("bias"));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    int[] dims = tensor("weight").shape().toArray();
    return Hyperparameters.of(
        "in1_features", dims[1], "in2_features", dims[2], "out_features", dims[0]);
  }
}
