package io.octant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.kernels.NativeEngine;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks of graph-core's small suite on native kernels, against what PyTorch recorded. */
class NativeConformanceTest {
  private static final Path SUITE = Path.of("../graph-core/src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(strings = {"graphs/", "models/"})
  void everyNetworkAgrees(String area) {
    NativeEngine engine = new NativeEngine();
    CompiledRuns runs = new CompiledRuns(engine);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Map<String, Outcome> outcomes =
        new ConformanceRun(
                SUITE, Areas.standard(List.of(runs)), KnownDifferences.ALL, nowhere, false)
            .runAll(area);

    Map<String, String> failed = new LinkedHashMap<>();
    outcomes.forEach(
        (path, outcome) -> {
          if (outcome.kind() == Outcome.Kind.FAILED) {
            failed.put(path, outcome.message());
          }
        });
    assertThat(outcomes).isNotEmpty();
    assertThat(failed).isEmpty();
    assertThat(List.of("float", "observed", "prepared", "reference", "converted"))
        .allSatisfy(stage -> assertThat(runs.entirelyCompiled(stage)).as(stage).isPositive());
    assertThat(engine.liveObjects()).isZero();
  }
}
