package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations that the README sends a user to. */
class ExampleConfigurationsTest {

  @ParameterizedTest
  @ValueSource(strings = {"digits-resnet", "digits-mobilenet", "digits-vit"})
  void namesFilesThatAreThere(String name) {
    QuantizeConfig config =
        ConfigurationSource.load(Path.of("../conf/examples", name + ".conf"), List.of());

    assertThat(Path.of(config.model().path())).isRegularFile().hasParentRaw(modelFolder(name));
    assertThat(Files.isRegularFile(Path.of(config.data().calibration().path().orElseThrow())))
        .isTrue();
    EvaluationConfig evaluation = config.data().evaluation().orElseThrow();
    assertThat(Files.isRegularFile(Path.of(evaluation.source().path().orElseThrow()))).isTrue();
    assertThat(evaluation.source().columns()).containsEntry("input", ColumnConfig.of("image"));
    assertThat(Path.of(config.output().path()).endsWith("out/" + name)).isTrue();
    assertThat(config.validation().maxAccuracyDrop()).isPresent();
  }

  @Test
  void theSweepNamesFilesThatAreThere() {
    QuantizeConfig config =
        ConfigurationSource.load(Path.of("../conf/examples/digits-sweep.conf"), List.of());

    SweepConfig sweep = config.sweep();
    assertThat(sweep.settings()).hasSize(14);
    assertThat(sweep.models()).hasSize(2);
    sweep.models().values().forEach(m -> assertThat(Path.of(m.path())).isRegularFile());
    for (CandidateConfig checkpoint : sweep.checkpoints().values()) {
      assertThat(Path.of(checkpoint.path())).isRegularFile();
      assertThat(Path.of(checkpoint.model().orElseThrow())).isRegularFile();
    }
    assertThat(config.data().evaluation().orElseThrow().split()).isPresent();
  }

  private static Path modelFolder(String name) {
    return Path.of("../examples/models").toAbsolutePath().normalize().resolve(name);
  }
}
