package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.reference.binding.OperatorException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Powers of integers: values of PyTorch 2.13, and of Python where both are numbers. */
class IntegerPowersTest {
  private static Object power(Object base, Object exponent) {
    return ReferenceOperators.standard()
        .callFunction(FunctionType.of("operator.pow"), List.of(base, exponent), Map.of());
  }

  private static Tensor longs(long... values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
  }

  @Test
  void aNegativeExponentInATensorGivesTheIntegerPart() {
    assertThat(power(longs(2, 1, -1, 0, -1), longs(-1, -3, -3, -1, -2)))
        .isEqualTo(longs(0, 1, -1, 0, 1));
    assertThat(power(2L, longs(-1, -3, 3))).isEqualTo(longs(0, 0, 8));
  }

  @Test
  void aLargePowerWrapsAround() {
    assertThat(power(longs(3, -3, 0, 7), 100L))
        .isEqualTo(longs(-2984622845537545263L, -2984622845537545263L, 0, 3728452490685454945L));
    assertThat(power(longs(1, 2), longs(Long.MAX_VALUE, Long.MAX_VALUE))).isEqualTo(longs(1, 0));
  }

  @Test
  void anIntegerTensorToANegativeNumberIsRefused() {
    assertThatThrownBy(() -> power(longs(2), -1L))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("Cannot raise ")
        .hasMessageEndingWith(" to the power of -1, expected 0 or more for integers");
    assertThat(power(Tensor.of(new float[] {2}, 1), -1L))
        .isEqualTo(Tensor.of(new float[] {.5f}, 1));
  }

  @Test
  void numbersArePythons() {
    assertThat(power(2L, 10L)).isEqualTo(1024L);
    assertThat(power(2L, -1L)).isEqualTo(0.5);
    assertThat(power(2.0, -1L)).isEqualTo(0.5);
    assertThat(power(0L, 0L)).isEqualTo(1L);
    assertThatThrownBy(() -> power(0L, -1L))
        .isInstanceOf(OperatorException.class)
        .hasMessage("Cannot raise 0 to the power of -1, expected an exponent of 0 or more");
  }
}
