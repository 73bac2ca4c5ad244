package io.octant.jobs.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of fault once; {@code dev/faults} has more. */
@Tag("cluster")
class FaultsIT {
  @TempDir static Path folder;
  private static FaultBench bench;

  @BeforeAll
  static void open() throws Exception {
    bench = FaultBench.open(folder);
  }

  @AfterAll
  static void close() throws Exception {
    bench.close();
  }

  static List<String> names() {
    return Faults.all().stream().map(Fault::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void endsAsUndisturbedOrClearly(String name) throws Exception {
    long seed = FaultSeed.ofProperty();
    Fault fault =
        Faults.all().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    Path own = Files.createDirectory(folder.resolve(name));
    fault.action().run(bench, own, new Random(seed));
  }
}
