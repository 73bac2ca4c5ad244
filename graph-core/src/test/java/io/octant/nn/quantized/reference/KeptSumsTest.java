package io.octant.nn.quantized.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptSumsTest {
  /** Two channels of nine weights, of scales 1 and 0.5. */
  private static final WeightQParams BY_CHANNEL =
      WeightQParams.of(
          DType.QINT8,
          QParams.perChannel(
              QScheme.PER_CHANNEL_AFFINE, new double[] {1, 0.5}, new double[] {0, 0}, 0));

  private static double sum(int[] integers, int from) {
    double sum = 0;
    for (int i = from; i < from + 9; i++) {
      sum += integers[i];
    }
    return sum;
  }

  @Test
  void theSumOfEachChannelIsKeptByTheWeightsNextToTheMiddle() {
    float[] values = {
      5.4f,
      5.4f,
      5.41f,
      5.4f,
      5.42f,
      5.4f,
      5.4f,
      5.3f,
      5.2f, // sums to 48.33, rounds to 45
      -5.3f,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8 // sums to 61.4 steps, rounds to 61
    };
    Tensor weight = Tensor.of(values, 2, 1, 3, 3);

    Tensor kept = KeptSums.of(weight, BY_CHANNEL);

    int[] nearest = BY_CHANNEL.quantize(weight).ints();
    int[] integers = BY_CHANNEL.quantize(kept).ints();
    assertThat(sum(nearest, 0)).isEqualTo(45);
    assertThat(sum(integers, 0)).isEqualTo(48);
    assertThat(integers).startsWith(6, 5, 6, 5, 6, 5, 5, 5, 5);
    assertThat(sum(integers, 9)).isEqualTo(sum(nearest, 9));
  }

  @Test
  void aSumThatIsOffByLittleIsLetBe() {
    float[] values = new float[18];
    java.util.Arrays.fill(values, 100.3f); // 9 · 0.3 = 2.7 steps of 902.7
    Tensor weight = Tensor.of(values, 2, 9);
    assertThat(KeptSums.of(weight, BY_CHANNEL)).isEqualTo(weight);
  }

  @Test
  void noWeightLeavesTheRange() {
    float[] values = new float[18];
    java.util.Arrays.fill(values, 127.4f);
    assertThat(BY_CHANNEL.quantize(KeptSums.of(Tensor.of(values, 2, 9), BY_CHANNEL)).ints())
        .containsOnly(127);
  }

  @Test
  void aWeightWithAZeroPointStaysAsItIs() {
    WeightQParams shifted = WeightQParams.of(DType.QINT8, QParams.perTensor(1, 3));
    Tensor weight = Tensor.of(new float[] {0.4f, 0.4f, 0.4f, 0.4f}, 1, 4);
    assertThat(KeptSums.of(weight, shifted)).isSameAs(weight);
  }

  @Test
  void oneScaleForAllServesEveryChannel() {
    WeightQParams one = WeightQParams.of(DType.QINT8, QParams.perTensor(1, 0));
    Tensor weight = Tensor.of(new float[] {0.4f, 0.3f, 0.4f, -0.1f}, 1, 4);
    int[] integers = one.quantize(KeptSums.of(weight, one)).ints();
    assertThat((double) integers[0] + integers[1] + integers[2] + integers[3])
        .isCloseTo(1.0, within(0.0));
  }

  @Test
  void theNearestWeightsMoveAndOfEqualsTheFirst() {
    Random random = new Random(31);
    for (int round = 0; round < 200; round++) {
      int taps = 1 + random.nextInt(300);
      float[] values = new float[taps];
      double drift = 0;
      for (int i = 0; i < taps; i++) {
        // Eighths are exact and have many equals; every tenth is at the end of the range.
        values[i] = (random.nextInt(10) == 0 ? 127 : random.nextInt(40)) + random.nextInt(4) / 8f;
        drift += Math.rint(values[i]) - values[i];
      }
      WeightQParams q = WeightQParams.of(DType.QINT8, QParams.perTensor(1, 0));
      float[] kept = KeptSums.of(Tensor.of(values, 1, taps), q).floats();

      int most = (int) Math.abs(Math.rint(drift));
      List<Integer> byError =
          IntStream.range(0, taps)
              .boxed()
              .filter(i -> Math.rint(values[i]) < 127)
              .sorted(Comparator.comparingDouble(i -> Math.rint(values[i]) - values[i]))
              .limit(most)
              .toList();
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      boolean isLetBe = Math.abs(drift) <= 0.05 * sum;
      for (int i = 0; i < taps; i++) {
        boolean moves = !isLetBe && byError.contains(i);
        assertThat(kept[i]).isEqualTo(moves ? (float) Math.rint(values[i]) + 1 : values[i]);
      }
    }
  }
}
