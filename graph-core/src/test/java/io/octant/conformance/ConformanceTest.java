package io.octant.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

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
    return new ConformanceRun(
        SUITE, Areas.standard(List.of()), KnownDifferences.ALL, nowhere, false);
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

  @Test
  void casesDescribedInWordsAreCountedByWhetherTheyHaveATest(@TempDir Path suite)
      throws IOException {
    Files.createDirectories(suite.resolve("errors"));
    String known = "prepare_mapping_is_list.json";
    Files.copy(SUITE.resolve("errors").resolve(known), suite.resolve("errors").resolve(known));
    Files.writeString(
        suite.resolve("errors/unheard_of.json"),
        "{\"name\": \"unheard_of\", \"area\": \"errors\", \"kind\": \"api\","
            + " \"what\": \"prepare_fx(1)\", \"expected\": {\"raises\": null}}");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ConformanceRun run =
        new ConformanceRun(
            suite,
            Areas.standard(List.of()),
            KnownDifferences.ALL,
            new PrintStream(printed, false, StandardCharsets.UTF_8),
            true);

    run.runAll("");
    run.report();

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("API     errors/" + known + ": tested by PrepareApiTest.prepareMappingIsList")
        .contains("UNTESTED errors/unheard_of.json: no hand-written test for prepare_fx(1)")
        .contains("described in words: 1 with a hand-written test, 1 without")
        .contains("0 passed, 0 failed, 0 skipped");
  }

  /** A comparison that calls everything equal would pass any suite. */
  @Test
  void aSpoiledExpectationFails() {
    GoldenCase golden = GoldenCase.load(SUITE, "graphs/add_buffer.json");
    GraphCases.run(golden, List.of());
    for (String place :
        List.of(
            "/expected/fused/nodes/0",
            "/expected/prepared/nodes/1",
            "/expected/converted/nodes/2",
            "/expected/reference/nodes/3")) {
      JsonNode document = golden.document().deepCopy();
      ((ObjectNode) document.at(place)).put("name", "spoiled");
      assertThatThrownBy(
              () ->
                  GraphCases.run(
                      new GoldenCase(SUITE, golden.path(), document, golden.values()), List.of()))
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
            () ->
                GraphCases.run(
                    new GoldenCase(SUITE, golden.path(), document, golden.values()), List.of()))
        .isInstanceOf(Difference.class)
        .hasMessageContaining("activation_post_process_0");
  }
}
