package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.validation.ValidationResult.Accuracy;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void lessThanTheLimitsFailsAndNamesEveryOne() {
    Gate gate =
        new Gate(
            OptionalDouble.of(0.985),
            OptionalDouble.of(0.005),
            OptionalDouble.of(0.999),
            OptionalDouble.of(30));
    assertThatThrownBy(() -> gate.check(result(0.99, 0.98, 0.99, 25.5)))
        .isInstanceOf(GateException.class)
        .hasMessage(
            "Cannot publish the int8 model: accuracy is 0.9800, expected at least 0.9850;"
                + " accuracy drop is 0.0100, expected at most 0.0050;"
                + " agreement is 0.9900, expected at least 0.9990;"
                + " SQNR in dB is 25.50, expected at least 30.00");
  }

  @Test
  void exactlyTheLimitsPasses() {
    Gate gate =
        new Gate(
            OptionalDouble.of(0.985),
            OptionalDouble.of(0.005),
            OptionalDouble.of(0.99),
            OptionalDouble.of(25.5));
    assertThatCode(() -> gate.check(result(0.99, 0.985, 0.99, 25.5))).doesNotThrowAnyException();
  }

  @Test
  void aNanIsNoPassAndInfinityIs() {
    Gate gate = new Gate(NONE, NONE, NONE, OptionalDouble.of(-100));
    assertThatThrownBy(() -> gate.check(result(1, 1, 1, Double.NaN)))
        .isInstanceOf(GateException.class);
    assertThatCode(() -> gate.check(result(1, 1, 1, Double.POSITIVE_INFINITY)))
        .doesNotThrowAnyException();
  }

  @Test
  void anAccuracyLimitNeedsLabels() {
    Gate gate = new Gate(OptionalDouble.of(0.5), NONE, NONE, NONE);
    ValidationResult unlabelled =
        new ValidationResult(DataCounts.NONE, Optional.empty(), 1, 1, 0, new TreeSet<>());
    assertThat(gate.needsLabels()).isTrue();
    assertThatThrownBy(() -> gate.check(unlabelled))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("no labels");
    assertThat(Gate.OPEN.needsLabels()).isFalse();
    assertThatCode(() -> Gate.OPEN.check(unlabelled)).doesNotThrowAnyException();
  }

  private static ValidationResult result(double f, double q, double agreement, double sqnr) {
    return new ValidationResult(
        DataCounts.NONE, Optional.of(new Accuracy(f, q)), agreement, sqnr, 0, new TreeSet<>());
  }
}
