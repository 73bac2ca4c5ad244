package io.octant.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of real models and their configurations; the models themselves are too large here. */
class ModelLineTest {
  private static final Path ROOT = Path.of("..");
  private static final Path CONFIGURATIONS = ROOT.resolve("conf/models");
  private static final Path PAGE = ROOT.resolve("docs/models.md");

  private final List<ModelLine> lines = lines();

  private static List<ModelLine> lines() {
    try {
      return ModelLine.read(ROOT.resolve("dev/models.txt"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everyModelHasAConfigurationAndEveryConfigurationAModel() throws IOException {
    Set<String> expected = new HashSet<>(Set.of("models.conf"));
    Set<String> names = new HashSet<>();
    for (ModelLine line : lines) {
      assertThat(names.add(line.name())).as(line.name()).isTrue();
      expected.add(line.configuration(CONFIGURATIONS).getFileName().toString());
    }
    try (Stream<Path> files = Files.list(CONFIGURATIONS)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void everyConfigurationIsThatOfAJob() {
    for (ModelLine line : lines) {
      Path file = line.configuration(CONFIGURATIONS);
      List<String> places =
          List.of(
              "model.path=m.onnx",
              "data.calibration.path=c",
              "data.evaluation.path=e",
              "output.path=o");

      assertThat(new Job(file, places).spec().data().batch()).as(line.name()).isPositive();
    }
  }

  @Test
  void everyModelIsMeasuredOrNamedWithAReason() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    List<String> measured = first("\\| `([^`]+)` \\|.*", page);
    List<String> missing = first("- `([^`]+)`: \\S.*", page);

    assertThat(Stream.concat(measured.stream(), missing.stream()))
        .containsExactlyInAnyOrderElementsOf(lines.stream().map(ModelLine::name).toList());
  }

  /** The first group of every line that matches. */
  private static List<String> first(String pattern, List<String> page) {
    return page.stream()
        .map(Pattern.compile(pattern)::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .toList();
  }
}
