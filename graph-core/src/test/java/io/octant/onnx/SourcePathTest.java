package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Exporters write where each node's Python source stood on the machine that ran them. The models of
 * this repository are public, so they carry none of it.
 */
class SourcePathTest {
  private static final Pattern SOURCE =
      Pattern.compile("(?:/[\\w.-]+){2,}\\.py\\b|[A-Za-z]:\\\\[\\w\\\\.-]+\\.py\\b|site-packages");

  private static Stream<Path> models() throws IOException {
    Path top = ExampleModels.top().toAbsolutePath().normalize();
    return Stream.concat(
        Files.walk(top.resolve("examples")),
        Stream.of("graph-core", "kernels-native", "pipeline", "jobs")
            .map(module -> top.resolve(module).resolve("src/test/resources"))
            .filter(Files::isDirectory)
            .flatMap(SourcePathTest::walk));
  }

  private static Stream<Path> walk(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void modelsOfTheRepositoryNameNoSourceFile() throws IOException {
    List<Path> files;
    try (Stream<Path> all = models()) {
      files = all.filter(p -> p.toString().matches(".*\\.(onnx|pt2|pb)")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(8);
    for (Path file : files) {
      String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertThat(SOURCE.matcher(bytes).results().map(r -> r.group()).findFirst())
          .as(file.toString())
          .isEmpty();
    }
  }
}
