package io.octant.conformance.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApiCasesTest {
  private static final Path CASES = Path.of("src/test/resources/golden/errors");

  @Test
  void everyCaseDescribedInWordsHasItsTest() throws IOException {
    Set<String> described = new TreeSet<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        JsonNode document = new ObjectMapper().readTree(file.toFile());
        if (document.path("kind").asText().equals("api")) {
          described.add(document.path("name").asText());
        }
      }
    }
    assertThat(described).hasSize(29);
    assertThat(ApiCases.tests().keySet()).isEqualTo(described);
  }

  @Test
  void testsAreNamedAfterTheirCases() {
    assertThat(ApiCases.tests())
        .allSatisfy(
            (name, test) ->
                assertThat(test.substring(test.indexOf('.') + 1))
                    .isEqualToIgnoringCase(name.replace("_", "")));
  }

  @Test
  void theIndexKnowsEveryTestClass() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/java/io/octant/conformance/api"))) {
      List<String> classes =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith("ApiTest.java"))
              .map(n -> n.replace(".java", ""))
              .sorted()
              .toList();
      assertThat(
              ApiCases.tests().values().stream()
                  .map(test -> test.substring(0, test.indexOf('.')))
                  .distinct()
                  .sorted())
          .isEqualTo(classes);
    }
  }
}
