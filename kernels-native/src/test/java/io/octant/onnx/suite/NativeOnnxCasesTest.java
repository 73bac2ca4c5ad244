package io.octant.onnx.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.kernels.NativeEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The models of graph-core's {@code OnnxCasesTest} on native kernels. */
class NativeOnnxCasesTest {
  static List<Path> cases() throws IOException {
    return OnnxCase.recorded(Path.of("../graph-core/src/test/resources"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nativeEngineGivesTheRecordedValues(Path folder) {
    NativeEngine engine = new NativeEngine();

    assertThat(OnnxCase.of(folder, 1e-4).run(engine)).isEqualTo(OnnxCase.Outcome.RIGHT);
    assertThat(engine.liveObjects()).isZero();
  }
}
