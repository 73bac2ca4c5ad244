package io.octant.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.nn.dropout.AlphaDropout;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.dropout.DropoutNd;
import io.octant.nn.dropout.FeatureAlphaDropout;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What training makes of the elements that are dropped and of those that are kept. */
class DropoutTrainingTest {
  private static final int SIZE = 4000;

  private static float[] trained(DropoutNd module, float value, int... dims) {
    module.train(true);
    float[] v = new float[io.octant.tensor.Shape.of(dims).numel()];
    Arrays.fill(v, value);
    return module.forward(Tensor.of(v, dims)).floats();
  }

  private static TreeSet<Float> distinct(float[] values) {
    TreeSet<Float> out = new TreeSet<>();
    for (float v : values) {
      out.add(v);
    }
    return out;
  }

  @Test
  void dropoutZeroesAndScales() {
    float[] out = trained(new Dropout(0.25), 3, SIZE);
    assertThat(distinct(out)).containsExactly(0f, 4f);
    assertThat(share(out, 0)).isCloseTo(0.25, within(0.03));
  }

  /** The two values of torch.nn.AlphaDropout(0.25) on ones, from PyTorch 2.13. */
  @Test
  void alphaDropoutMovesBoth() {
    float[] out = trained(new AlphaDropout(0.25), 1, SIZE);
    assertThat(distinct(out)).containsExactly(ALPHA_DROPPED, ALPHA_KEPT);
    assertThat(share(out, ALPHA_DROPPED)).isCloseTo(0.25, within(0.03));
  }

  private static final float ALPHA_DROPPED = -1.1435442f;
  private static final float ALPHA_KEPT = 1.24843931f;

  @Test
  void featureAlphaDropoutTakesChannelsTogether() {
    float[] out = trained(new FeatureAlphaDropout(0.5), 1, 10, 20, 6);
    for (int channel = 0; channel < 200; channel++) {
      assertThat(distinct(Arrays.copyOfRange(out, channel * 6, channel * 6 + 6))).hasSize(1);
    }
    assertThat(distinct(out)).hasSize(2);
  }

  @Test
  void probabilityOneLeavesZeros() {
    assertThat(distinct(trained(new AlphaDropout(1), 5, 8))).containsExactly(0f);
  }

  @Test
  void probabilityZeroLeavesTheInput() {
    assertThat(distinct(trained(new AlphaDropout(0), 5, 8))).containsExactly(5f);
  }

  private static double share(float[] values, float of) {
    int n = 0;
    for (float v : values) {
      n += v == of ? 1 : 0;
    }
    return (double) n / values.length;
  }
}
