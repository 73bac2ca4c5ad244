package io.octant.edges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds for the packages of the module in whose folder the tests run. A module extends this
 * and has its table in {@code src/test/resources/package-edges.txt}.
 */
public abstract class PackageEdgesRules {
  private static final Path SOURCES = Path.of("src/main/java");

  @Test
  void codeImportsWhatTheTableAllows() throws IOException {
    assertThat(
            PackageEdges.problems(
                Files.readAllLines(Path.of("src/test/resources/package-edges.txt")),
                PackageEdges.ofClasses(Path.of("target/classes"))))
        .isEmpty();
  }

  /** Purpose and invariants are for package-info; what it may import stands in the table only. */
  @Test
  void packagesSayWhatTheyAreFor() throws IOException {
    Set<String> silent = new TreeSet<>();
    for (Path p : packages()) {
      Path info = p.resolve("package-info.java");
      String text = Files.exists(info) ? Files.readString(info) : "";
      int end = text.indexOf("*/");
      if (!text.startsWith("/**")
          || text.substring(3, end).replace("*", "").strip().length() < 20) {
        silent.add(p + ": expected a package-info.java with a comment");
      } else if (text.substring(0, end)
          .replaceAll("\\s+(\\* )?", " ")
          .matches(".*(?:May depend|Depends) on .*")) {
        silent.add(info + ": says what it depends on, expected that in package-edges.txt only");
      }
    }
    assertThat(silent).isEmpty();
  }

  private static List<Path> packages() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .sorted()
          .toList();
    }
  }
}
