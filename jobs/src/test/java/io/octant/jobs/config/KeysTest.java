package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {

  @Test
  void theReadmeListsEveryKeyWithItsDefault() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../README.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    for (Key<?> key : Keys.all()) {
      String fallback = key.defaultText().map(text -> " `" + text + "` ").orElse("");
      assertThat(rows)
          .as("%s in the table of README.md", key.path())
          .anyMatch(row -> row.startsWith("| `" + key.path() + "` |") && row.contains(fallback));
    }
  }
}
