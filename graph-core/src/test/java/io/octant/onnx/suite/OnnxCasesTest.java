package io.octant.onnx.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of the kinds that users bring, against what ONNX Runtime answered. */
class OnnxCasesTest {
  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/test/resources/onnx-cases"))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void referenceEngineGivesTheRecordedValues(Path folder) {
    assertThat(OnnxCase.of(folder, 1e-4).run(new ReferenceEngine()))
        .isEqualTo(OnnxCase.Outcome.RIGHT);
  }
}
