package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.onnx.ModelOutput;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.validation.LayerComparison.NanElements;
import io.octant.pipeline.validation.ValidationResult.Accuracy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GateTest {
  private static LayerComparison.Layer layer(String node, NanElements nan) {
    LayerValue value = new LayerValue(node, "torch.sqrt", "Sqrt " + node, "x", null, "", null);
    return new LayerComparison.Layer(value, 1, 40, Double.NaN, 0, nan);
  }

  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void lessThanTheLimitsFailsAndNamesEveryOne() {
    Gate gate =
        new Gate(
            OptionalDouble.of(0.985),
            OptionalDouble.of(0.005),
            OptionalDouble.of(0.999),
            OptionalDouble.of(30),
            NONE);
    assertThatThrownBy(() -> gate.check(result(0.99, 0.98, 0.99, 25.5)))
        .isInstanceOf(GateException.class)
        .hasMessage(
            "Cannot publish the int8 model: accuracy is 0.9800, expected at least 0.9850;"
                + " accuracy drop is 0.0100, expected at most 0.0050;"
                + " agreement is 0.9900, expected at least 0.9990;"
                + " SQNR in dB is 25.50, expected at least 30.00");
  }

  @Test
  void everyLimitThatIsSetIsMeasured() {
    Gate gate = new Gate(OptionalDouble.of(0.985), NONE, NONE, OptionalDouble.of(20), NONE);
    assertThat(gate.measured(result(0.99, 0.98, 0.99, 25.5)))
        .extracting(l -> l.name() + " " + l.value() + " " + l.threshold() + " " + l.passed())
        .startsWith("minAccuracy 0.98 0.985 false", "minSqnrDb 25.5 20.0 true")
        .allSatisfy(l -> assertThat(l).containsAnyOf("min", "int8NanOnly of output "));
    assertThat(Gate.OPEN.measured(result(1, 1, 1, 1))).isEmpty();
  }

  @Test
  void exactlyTheLimitsPasses() {
    Gate gate =
        new Gate(
            OptionalDouble.of(0.985),
            OptionalDouble.of(0.005),
            OptionalDouble.of(0.99),
            OptionalDouble.of(25.5),
            NONE);
    assertThatCode(() -> gate.check(result(0.99, 0.985, 0.99, 25.5))).doesNotThrowAnyException();
  }

  @Test
  void aNanIsNoPassAndInfinityIs() {
    Gate gate = new Gate(NONE, NONE, NONE, OptionalDouble.of(-100), NONE);
    assertThatThrownBy(() -> gate.check(result(1, 1, 1, Double.NaN)))
        .isInstanceOf(GateException.class);
    assertThatCode(() -> gate.check(result(1, 1, 1, Double.POSITIVE_INFINITY)))
        .doesNotThrowAnyException();
  }

  @Test
  void anAccuracyLimitNeedsLabels() {
    Gate gate = new Gate(OptionalDouble.of(0.5), NONE, NONE, NONE, NONE);
    ValidationResult unlabelled =
        new ValidationResult(
            DataCounts.NONE,
            Optional.empty(),
            List.of(output(1, 1, 0)),
            0,
            new TreeSet<>(),
            Optional.empty());
    assertThat(gate.needsLabels()).isTrue();
    assertThatThrownBy(() -> gate.check(unlabelled))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("no labels");
    assertThat(Gate.OPEN.needsLabels()).isFalse();
    assertThatCode(() -> Gate.OPEN.check(unlabelled)).doesNotThrowAnyException();
  }

  private static ValidationResult result(double f, double q, double agreement, double sqnr) {
    return new ValidationResult(
        DataCounts.NONE,
        Optional.of(new Accuracy(f, q)),
        List.of(output(agreement, sqnr, 0)),
        0,
        new TreeSet<>(),
        Optional.empty());
  }

  @Test
  void aCosineBelowItsLimitIsMissed() {
    Gate gate = new Gate(NONE, NONE, NONE, NONE, OptionalDouble.of(0.95));
    assertThatThrownBy(() -> gate.check(result(1, 1, 1, 40)))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("mean cosine to float is 0.9000, expected at least 0.9500");
    assertThatCode(
            () ->
                new Gate(NONE, NONE, NONE, NONE, OptionalDouble.of(0.9)).check(result(1, 1, 1, 40)))
        .doesNotThrowAnyException();
  }

  private static OutputComparison output(double agreement, double sqnr, long int8NanOnly) {
    return new OutputComparison(
        "y", ModelOutput.Samples.SEPARATE, 10, agreement, sqnr, 0.9, 0.1, 1, 1, int8NanOnly, 0);
  }

  @Test
  void anyLimitIsMissedByNanThatOnlyInt8Has() {
    Gate gate = new Gate(NONE, NONE, NONE, OptionalDouble.of(10), NONE);
    ValidationResult spoilt =
        new ValidationResult(
            DataCounts.NONE,
            Optional.empty(),
            List.of(output(1, 40, 0), output(1, 40, 2)),
            0,
            new TreeSet<>(),
            Optional.empty());
    assertThatThrownBy(() -> gate.check(spoilt))
        .isInstanceOf(GateException.class)
        .hasMessageEndingWith("2 of 10 parts of output 'y' have NaN in int8 only, expected none");
    LayerComparison layers =
        new LayerComparison(
            1,
            List.of(
                layer("clean", new NanElements(0, 0)),
                layer("of float", new NanElements(3, 0)),
                layer("first", new NanElements(3, 1)),
                layer("later", new NanElements(3, 2))));
    assertThatThrownBy(() -> gate.check(spoilt.withLayers(Optional.of(layers))))
        .hasMessageEndingWith("expected none; it comes in at first (ONNX Sqrt first)");
    assertThat(layers.firstNan()).contains("of float (ONNX Sqrt of float)");
    assertThatThrownBy(() -> Gate.OPEN.check(spoilt)).isInstanceOf(GateException.class);
    assertThat(Gate.OPEN.measured(spoilt)).hasSize(1);
  }
}
