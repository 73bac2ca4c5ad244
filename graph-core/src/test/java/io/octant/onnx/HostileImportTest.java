package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.onnx.suite.ForkedMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files of a few bytes that ask for everything: see the README of the folder. */
class HostileImportTest {
  private static final Path FOLDER = Path.of("src/test/resources/hostile");
  private static final long CPU_MILLIS = 2000;

  /** Sound, if unusual: large inputs, or operators that engines answer for. */
  private static final List<String> SOUND =
      List.of(
          "HANG_import_30320",
          "HANG_import_30453",
          "HANG_native_90787",
          "HANG_native_9394",
          "MISMATCH_",
          "bigsoft",
          "chain",
          "import_OutOfMemoryError_reference.kernel.Values",
          "native_");

  /** Sound as well, but more than the heap of this run has room for. */
  private static final List<String> LARGE =
      List.of(
          "HANG_import_21028",
          "HANG_import_95128",
          "import_OutOfMemoryError_reference.kernel.Values.of_14");

  @Test
  void everyFileEndsSoonAndByName() throws IOException, InterruptedException {
    Map<String, String[]> results = new TreeMap<>();
    for (String line :
        ForkedMain.lines(HostileImports.class, Duration.ofMinutes(3), FOLDER.toString())) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals("RESULT")) {
        results.put(fields[1], fields);
      }
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(results.keySet())
          .containsExactlyElementsOf(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.endsWith(".onnx"))
                  .sorted()
                  .toList());
    }
    results.forEach(
        (file, fields) -> {
          String outcome = String.join(" ", Arrays.asList(fields).subList(3, fields.length));
          assertThat(Long.parseLong(fields[2])).as(file + ": " + outcome).isLessThan(CPU_MILLIS);
          if (LARGE.stream().anyMatch(file::startsWith)) {
            assertThat(outcome)
                .as(file)
                .startsWith("GraphException Cannot compile node ")
                .contains("three quarters of the Java heap");
          } else if (SOUND.stream().anyMatch(file::startsWith)) {
            assertThat(fields[3]).as(file + ": " + outcome).isEqualTo("imported");
          } else {
            assertThat(outcome)
                .as(file)
                .startsWith("OnnxException Cannot ")
                .endsWith(file)
                .containsPattern("node '|input |tensor |output ")
                .contains("expected")
                .doesNotContain("Exception: ");
          }
        });
  }
}
