package io.octant.edges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything public in the API of the module in whose folder the tests run has a comment. A module
 * extends this and says which folders its API is.
 */
public abstract class PublicApiRules {
  private final List<Path> folders;

  /**
   * The API of a module.
   *
   * @param folders packages below {@code src/main/java/io/octant}, with all below them
   */
  protected PublicApiRules(String... folders) {
    this.folders =
        Stream.of(folders).map(f -> Path.of("src/main/java/io/octant").resolve(f)).toList();
  }

  @Test
  void everythingPublicHasAComment() throws IOException {
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> sources =
            files
                .filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"))
                .sorted()
                .toList();
        assertThat(Undocumented.in(sources)).as("without a comment in " + folder).isEmpty();
      }
    }
  }
}
