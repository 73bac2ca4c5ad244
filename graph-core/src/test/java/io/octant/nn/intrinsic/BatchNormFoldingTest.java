package io.octant.nn.intrinsic;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.nn.Bias;
import io.octant.nn.Initialization;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A folded module computes what the module and its batch norm compute one after the other. */
class BatchNormFoldingTest {
  private static final long SEED = 41;
  private static final ConvSettings CONV =
      ConvSettings.of(4, 6, 3).withGroups(2).withStride(2, 1).forRank(2);

  private final Random random = new Random(SEED);

  @Test
  void groupedConvolution() {
    check(new Conv2d(CONV), new BatchNorm2d(6), 2, 4, 7, 6);
  }

  @Test
  void convolutionWithoutBias() {
    check(new Conv2d(CONV.withBias(Bias.WITHOUT)), new BatchNorm2d(6), 2, 4, 7, 6);
  }

  @Test
  void groupedTransposedConvolution() {
    check(new ConvTranspose2d(CONV), new BatchNorm2d(6), 2, 4, 5, 6);
  }

  @Test
  void linear() {
    check(new Linear(5, 3), new BatchNorm1d(3), 4, 5);
  }

  @Test
  void refusesOtherChannels() {
    assertThatThrownBy(() -> BatchNormFolding.fold(new Linear(5, 3), new BatchNorm1d(4)))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("Cannot fold a batch norm of 4 channels")
        .hasMessageEndingWith("expected 3");
  }

  private void check(Module weighted, Module norm, int... input) {
    int channels = norm.tensor("weight").numel();
    norm.setParameter("weight", Initialization.uniform(random, 2, channels));
    norm.setParameter("bias", Initialization.uniform(random, 1, channels));
    norm.setBuffer("running_mean", Initialization.uniform(random, 1, channels));
    norm.setBuffer("running_var", Tensor.of(variances(channels), channels));
    Tensor x = Initialization.uniform(random, 3, input);

    Object expected = call(norm, call(weighted, x));
    Object actual = call(BatchNormFolding.fold(weighted, norm), x);

    new Tolerance(1e-5, 1e-6, 0).compare("seed " + SEED, expected, actual);
  }

  private float[] variances(int channels) {
    float[] out = new float[channels];
    for (int c = 0; c < channels; c++) {
      out[c] = 0.5f + random.nextFloat();
    }
    return out;
  }

  private static Object call(Module module, Object x) {
    return module.evaluate(List.of(x), Map.of());
  }
}
