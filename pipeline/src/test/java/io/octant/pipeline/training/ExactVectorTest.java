package io.octant.pipeline.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.tensor.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sums that no order changes. */
class ExactVectorTest {
  private static final long SEED = Long.getLong("octant.seed", 11);

  private static double number(Random random) {
    return Math.scalb(random.nextGaussian(), random.nextInt(200) - 100);
  }

  private static byte[] bytes(ExactVector vector) {
    ByteSink out = new ByteSink();
    vector.write(out);
    return out.toBytes();
  }

  @Test
  void sameBytesForAnyOrderAndGrouping() {
    Random random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      List<Double> numbers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        numbers.add(number(random));
      }
      ExactVector one = new ExactVector(1);
      numbers.forEach(x -> one.add(0, x));
      Collections.shuffle(numbers, random);
      int cut = random.nextInt(40);
      ExactVector left = new ExactVector(1);
      ExactVector right = new ExactVector(1);
      numbers.subList(0, cut).forEach(x -> left.add(0, x));
      numbers.subList(cut, 40).forEach(x -> right.add(0, x));
      right.add(ExactVector.read(new ByteSource("test", bytes(left))));
      assertThat(bytes(right)).as("seed %d", SEED).isEqualTo(bytes(one));
    }
  }

  @Test
  void fortyBitsBelowTheLargestCount() {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      ExactVector sum = new ExactVector(1);
      BigDecimal exact = BigDecimal.ZERO;
      double largest = 0;
      for (int i = 0; i < 20; i++) {
        double x = number(random);
        sum.add(0, x);
        exact = exact.add(new BigDecimal(x));
        largest = Math.max(largest, Math.abs(x));
      }
      assertThat(Math.abs(sum.mean(0, 1) - exact.doubleValue()))
          .as("seed %d", SEED)
          .isLessThanOrEqualTo(20 * Math.scalb(largest, -40));
    }
  }

  @Test
  void oneFloatComesBackWhateverItsWeight() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      float x = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(x)) {
        double weight = 1 + random.nextInt(1000) * (random.nextBoolean() ? 1 : 0.37);
        ExactVector sum = new ExactVector(1);
        sum.add(0, x * weight);
        assertThat((float) sum.mean(0, weight)).isEqualTo(x == 0 ? 0 : x);
      }
    }
  }

  @Test
  void whatIsNotFiniteStays() {
    ExactVector sum = new ExactVector(2);
    sum.add(0, Double.POSITIVE_INFINITY);
    sum.add(0, 3);
    sum.add(1, 3);
    assertThat(sum.mean(0, 1)).isNaN();
    assertThat(sum.mean(1, 2)).isEqualTo(1.5);
  }

  @Test
  void buffersThatAgreeStayAsTheyAre() {
    MergedTensor same = new MergedTensor(Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY}, 2));
    same.add(Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY}, 2), 2);
    assertThat(same.same()).contains(Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY}, 2));
    assertThat(same.mean()).isEqualTo(same.same());
    MergedTensor other = new MergedTensor(Tensor.of(new float[] {1, 2}, 2));
    other.add(Tensor.of(new float[] {4, 2}, 2), 2);
    assertThat(other.same()).isEmpty();
    assertThat(other.mean()).contains(Tensor.of(new float[] {3, 2}, 2));
    same.add(other);
    assertThat(same.mean()).isEmpty();
  }
}
