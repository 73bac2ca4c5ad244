package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.operator.OnnxOperators;
import io.octant.onnx.rewrite.StandardFunctions;
import io.octant.operator.Operators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ONNX operators that the operator table names, against what the importer makes of them. */
class OnnxRowsTest {
  /** Operators that can be imported and become no operator, and why. */
  private static final Map<String, String> NO_OPERATOR =
      Map.of(
          "Constant", "a tensor",
          "Dropout", "its input, outside training",
          "EyeLike", "a tensor, as its shape is known",
          "Identity", "its input");

  @Test
  void everyOperatorThatCanBeImportedIsNamedAndNoOther() {
    Set<String> named =
        Operators.standard().rows().stream()
            .flatMap(r -> r.onnx().stream())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).doesNotContainAnyElementsOf(NO_OPERATOR.keySet());
    named.addAll(NO_OPERATOR.keySet());
    assertThat(named).containsExactlyElementsOf(OnnxOperators.names());
  }

  @Test
  void operatorsOfOtherDomainsThatBecomeBodiesAreDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/onnx.md"));
    assertThat(StandardFunctions.others())
        .allSatisfy(name -> assertThat(page).containsPattern("\\b" + name.split(":")[1] + "\\b"));
  }

  /**
   * Each operator that a row names becomes it in some model, and whatever becomes nodes is named by
   * a row of them.
   */
  @Test
  void whatRowsNameIsWhatOperatorsBecome() throws IOException {
    Set<String> become = new TreeSet<>();
    Stream.of(
            OperatorAttributesTest.imported().stream(),
            RowSamples.all().stream().map(m -> imported(m.build())),
            RunTimeShapeImportTest.models().values().stream().map(m -> imported(m.build())),
            recorded().map(f -> imported(OnnxModel.load(f))))
        .flatMap(s -> s)
        .map(ImportedRows::of)
        .forEach(
            rows -> {
              rows.check();
              become.addAll(rows.pairs());
            });

    Set<String> told =
        Operators.standard().rows().stream()
            .flatMap(r -> r.onnx().stream().map(t -> ImportedRows.pair(r, t)))
            .collect(Collectors.toCollection(TreeSet::new));
    told.removeAll(become);
    assertThat(told).as("rows that name what does not become them").isEmpty();
  }

  private static GraphModule imported(OnnxModel model) {
    return OnnxImporter.run(model, ImportOptions.none());
  }

  private static Stream<Path> recorded() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/test/resources/onnx-cases"))) {
      Stream<Path> cases =
          folders.filter(Files::isDirectory).map(f -> f.resolve("model.onnx")).toList().stream();
      return Stream.concat(cases, ExampleModels.all());
    }
  }
}
