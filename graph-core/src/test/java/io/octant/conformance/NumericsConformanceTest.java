package io.octant.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Observers, fake quantizes and quantized operators against recorded results of PyTorch. The suite
 * is the small copy among the test resources, or the folder that the system property {@code
 * octant.golden} names.
 */
class NumericsConformanceTest {
  private static final Path SUITE =
      Path.of(System.getProperty("octant.golden", "src/test/resources/golden"));

  @TestFactory
  Stream<DynamicTest> observers() throws IOException {
    return cases("observers", c -> true, ObserverCases::run);
  }

  @TestFactory
  Stream<DynamicTest> operations() throws IOException {
    return cases("quantize", QuantizeCases::covers, QuantizeCases::run);
  }

  @TestFactory
  Stream<DynamicTest> quantizedOperators() throws IOException {
    return cases("quantize", QuantizedOperatorCases::covers, QuantizedOperatorCases::run);
  }

  @TestFactory
  Stream<DynamicTest> fakeQuantizeModules() throws IOException {
    return cases("quantize", FakeQuantizeModuleCases::covers, FakeQuantizeModuleCases::run);
  }

  @TestFactory
  Stream<DynamicTest> constructors() throws IOException {
    return cases(
        "errors",
        c ->
            c.document().path("kind").asText().equals("constructor")
                && !c.document().path("class").asText().contains("_equalize"),
        ObserverCases::runConstructor);
  }

  private static Stream<DynamicTest> cases(
      String area, java.util.function.Predicate<GoldenCase> wanted, Consumer<GoldenCase> run)
      throws IOException {
    List<GoldenCase> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(SUITE.resolve(area))) {
      files
          .filter(f -> f.toString().endsWith(".json"))
          .sorted()
          .map(f -> GoldenCase.load(SUITE, area + "/" + f.getFileName()))
          .filter(wanted)
          .forEach(found::add);
    }
    return found.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> run.accept(c)));
  }
}
