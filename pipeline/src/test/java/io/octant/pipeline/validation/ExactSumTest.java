package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {

  @Property(tries = 200)
  void equalsTheSumInExactDecimals(@ForAll long seed) {
    List<Double> values = finiteDoubles(seed, 300);
    BigDecimal exact =
        values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(sum(values).value()).isEqualTo(exact.doubleValue());
  }

  @Property(tries = 50)
  void ordersAndSplitsDoNotShow(@ForAll long seed) {
    List<Double> values = finiteDoubles(seed, 200);
    ExactSum once = sum(values);
    List<Double> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, new Random(seed));
    ExactSum merged = new ExactSum();
    for (int from = 0; from < 200; from += 17) {
      merged.add(throughBytes(sum(shuffled.subList(from, Math.min(200, from + 17)))));
    }
    assertThat(merged).isEqualTo(once);
    assertThat(bytes(merged)).isEqualTo(bytes(once));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -0.0,
        1,
        -1,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        0x1p-1022,
        0x1.fffffffffffffp-1023,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Math.PI,
        1e-300
      })
  void oneNumberIsItself(double x) {
    assertThat(sum(List.of(x)).value()).isEqualTo(x + 0.0);
  }

  @Test
  void keepsWhatFloatingPointLoses() {
    assertThat(sum(List.of(1e300, 1.0, -1e300)).value()).isEqualTo(1.0);
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE)).value())
        .isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void theEmptySumIsNeutral() {
    ExactSum sum = sum(List.of(2.5));
    sum.add(new ExactSum());
    assertThat(sum).isEqualTo(sum(List.of(2.5)));
    assertThat(new ExactSum().value()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesWhatIsNotFinite(double x) {
    assertThatThrownBy(() -> new ExactSum().add(x))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot add to an exact sum: " + x + ", expected a finite number");
  }

  private static List<Double> finiteDoubles(long seed, int n) {
    Random random = new Random(seed);
    List<Double> values = new ArrayList<>();
    while (values.size() < n) {
      double x = Double.longBitsToDouble(random.nextLong());
      // Half of them of like size, where cancellation is the rule.
      values.add(random.nextBoolean() && Double.isFinite(x) ? x / 1024 : random.nextGaussian());
    }
    return values;
  }

  private static ExactSum sum(List<Double> values) {
    ExactSum sum = new ExactSum();
    values.forEach(sum::add);
    return sum;
  }

  private static byte[] bytes(ExactSum sum) {
    ByteSink out = new ByteSink();
    sum.write(out);
    return out.toBytes();
  }

  private static ExactSum throughBytes(ExactSum sum) {
    return ExactSum.read(new ByteSource("an exact sum", bytes(sum)));
  }
}
