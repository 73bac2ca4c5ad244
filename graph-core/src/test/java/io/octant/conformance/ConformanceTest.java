package io.octant.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case of the small suite among the test resources, or of the one that the system property
 * {@code octant.golden} names.
 */
class ConformanceTest {
  private static final Path SUITE =
      Path.of(System.getProperty("octant.golden", "src/test/resources/golden"));

  private static ConformanceRun quietRun() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new ConformanceRun(SUITE, Areas.standard(), KnownDifferences.ALL, nowhere, false);
  }

  @TestFactory
  Stream<DynamicTest> everyCase() {
    return ConformanceRun.cases(SUITE).stream()
        .map(
            path ->
                DynamicTest.dynamicTest(
                    path,
                    () -> {
                      Outcome outcome = quietRun().runAll(path).get(path);
                      assertThat(outcome.kind())
                          .as(outcome.message())
                          .isNotEqualTo(Outcome.Kind.FAILED);
                    }));
  }

  /** A comparison that calls everything equal would pass any suite. */
  @Test
  void aSpoiledExpectationFails() {
    GoldenCase golden = GoldenCase.load(SUITE, "graphs/add_buffer.json");
    GraphCases.run(golden);
    for (String place :
        List.of(
            "/expected/fused/nodes/0",
            "/expected/prepared/nodes/1",
            "/expected/converted/nodes/2",
            "/expected/reference/nodes/3")) {
      JsonNode document = golden.document().deepCopy();
      ((ObjectNode) document.at(place)).put("name", "spoiled");
      assertThatThrownBy(
              () -> GraphCases.run(new GoldenCase(SUITE, golden.path(), document, golden.values())))
          .as(place)
          .isInstanceOf(Difference.class)
          .hasMessageContaining("spoiled");
    }
  }

  @Test
  void spoiledNumbersFail() {
    GoldenCase golden = GoldenCase.load(SUITE, "graphs/add_buffer.json");
    JsonNode document = golden.document().deepCopy();
    ((ObjectNode) document.at("/expected/observers/activation_post_process_0/qparams"))
        .putArray("scale")
        .add(0.5);
    assertThatThrownBy(
            () -> GraphCases.run(new GoldenCase(SUITE, golden.path(), document, golden.values())))
        .isInstanceOf(Difference.class)
        .hasMessageContaining("activation_post_process_0");
  }
}
