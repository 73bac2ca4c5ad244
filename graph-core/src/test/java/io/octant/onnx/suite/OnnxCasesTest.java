package io.octant.onnx.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of the kinds that users bring, against ONNX Runtime, and some of ONNX's own cases. */
class OnnxCasesTest {
  static List<Path> cases() throws IOException {
    return OnnxCase.recorded(Path.of("src/test/resources"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void referenceEngineGivesTheRecordedValues(Path folder) {
    assertThat(OnnxCase.of(folder, 1e-4).run(new ReferenceEngine()))
        .isEqualTo(OnnxCase.Outcome.RIGHT);
  }
}
