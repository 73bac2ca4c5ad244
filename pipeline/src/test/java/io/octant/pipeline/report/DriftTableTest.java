package io.octant.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Drift;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import org.junit.jupiter.api.Test;

class DriftTableTest {
  private final ObjectNode qparams = Results.MAPPER.createObjectNode();

  private JsonNode drift(CalibrationState earlier, CalibrationState later) {
    ReportSource source = Results.source(Results.report(), qparams, later);
    return DriftTable.of(
        source, new ReportSource.Promoted("models/current", "models/int8", earlier));
  }

  @Test
  void figuresAreThoseOfDriftInTheOrderOfTheNetwork() {
    TensorStatistics before = Results.normal(1, 0);
    TensorStatistics after = Results.normal(2, 1);
    CalibrationState earlier = Results.state();
    earlier.add("observer_1", before);
    earlier.add("observer_2", before);
    CalibrationState later = Results.state();
    later.add("observer_1", after);
    later.add("observer_2", before);
    later.add("another", after);
    Results.activation(qparams, "second", "observer_2", 0.1, 0);
    Results.activation(qparams, "first", "observer_1", 0.1, 0);
    JsonNode drift = drift(earlier, later);
    assertThat(drift.get("tensors").findValuesAsText("name"))
        .containsExactly("second", "first", "another");
    Drift wanted =
        Drift.between(
            before,
            after,
            RangeMethod.byDefault(),
            new QuantizationTarget(QRange.of(DType.QUINT8), QuantizationTarget.Symmetry.AFFINE));
    JsonNode moved = drift.get("tensors").get(1);
    assertThat(moved.get("psi").asDouble()).isEqualTo(wanted.psi()).isGreaterThan(0.5);
    assertThat(moved.get("steps").asDouble()).isEqualTo(wanted.steps());
    assertThat(moved.get("outside").asDouble()).isEqualTo(wanted.outside());
    assertThat(moved.get("scaleChange").asDouble()).isEqualTo(wanted.scaleChange());
    assertThat(drift.get("tensors").get(0).get("psi").asDouble()).isZero();
    assertThat(drift.get("tensors").get(2).get("psi").isNull()).as("infinite").isTrue();
    assertThat(drift.get("earlierSamples").asLong()).isEqualTo(100);
    assertThat(drift.get("same").asBoolean()).isFalse();
    assertThat(drift(later, later).get("same").asBoolean()).isTrue();
  }

  @Test
  void whatCannotBeComparedSaysWhy() {
    Digest other = Digest.of(new byte[] {2});
    CalibrationState ofAnother = new CalibrationState(new CalibrationKey(other, other, other));
    assertThat(drift(ofAnother, Results.state()).get("why").asText()).contains("another model");
    assertThat(
            DriftTable.of(
                    Results.source(Results.report()),
                    new ReportSource.Promoted("models/current", "models/int8", Results.state()))
                .get("why")
                .asText())
        .contains("no calibration state");
  }
}
