package io.octant.jobs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file that a fuzz target ever fell over, and the valid inputs that they begin with. */
class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");

  @TestFactory
  List<DynamicTest> findingsStayMended() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (FuzzTarget target : FuzzTargets.all()) {
      Path folder = CORPUS.resolve(target.name());
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          tests.add(
              DynamicTest.dynamicTest(
                  target.name() + "/" + file.getFileName(),
                  () -> FuzzRun.of(target, Files.readAllBytes(file))));
        }
      }
    }
    return tests;
  }

  /** A seed that its parser refuses leads nowhere. */
  @TestFactory
  List<DynamicTest> seedsAreValid() {
    List<DynamicTest> tests = new ArrayList<>();
    for (FuzzTarget target : FuzzTargets.all()) {
      List<byte[]> seeds = target.seeds().get();
      for (int i = 0; i < seeds.size(); i++) {
        byte[] seed = seeds.get(i);
        tests.add(
            DynamicTest.dynamicTest(
                target.name() + "/seed " + i, () -> target.parser().read(seed)));
      }
    }
    return tests;
  }

  @Test
  void everyFolderOfTheCorpusHasATarget() throws IOException {
    List<String> names = FuzzTargets.all().stream().map(FuzzTarget::name).toList();
    try (Stream<Path> folders = Files.list(CORPUS)) {
      assertThat(folders.map(f -> f.getFileName().toString())).isSubsetOf(names);
    }
  }
}
