package io.octant.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static String of(String report) throws Exception {
    QuantizeConfig config =
        ConfigurationSource.load(Path.of("../conf/examples/digits-mobilenet-qat.conf"), List.of());
    return Summary.of(config, (ObjectNode) new ObjectMapper().readTree(report));
  }

  @Test
  void howTrainingWentIsALine() throws Exception {
    assertThat(
            of(
                """
                {"training": {"steps": 124, "resumedFrom": "/kept/step-100", "epochs": [
                  {"loss": 0.5, "evaluationAccuracy": 0.9}, {"loss": 0.25, "evaluationAccuracy": 0.979}]}}
                """))
        .contains(
            "trained     2 epochs, 124 steps, loss 0.5000 in the first epoch and 0.2500 in the last;"
                + " 97.90 % right after it")
        .contains("went on from /kept/step-100");
    assertThat(of("{\"training\": null}")).doesNotContain("trained");
  }

  @Test
  void whatIsDamagedIsToldOfEveryUseOfData() throws Exception {
    for (String use : List.of("calibration", "training", "evaluation")) {
      assertThat(
              of(
                  """
                  {"data": {"%s": {"damaged": ["a.parquet: torn"], "damagedRows": {"count": 2, "named": ["b row 1"]}}}}
                  """
                      .formatted(use)))
          .contains("1 damaged files of the " + use + " data left out:", "a.parquet: torn")
          .contains("2 damaged rows of the " + use + " data left out, such as:", "b row 1");
    }
  }
}
