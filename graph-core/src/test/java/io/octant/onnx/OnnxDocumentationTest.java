package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.onnx.operator.OnnxOperators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxDocumentationTest {
  @Test
  void thePageListsTheOperatorsOfTheTable() throws IOException {
    Path page = ExampleModels.top().resolve("docs").resolve("onnx.md");
    String text = Files.readString(page);
    String list = text.substring(text.indexOf("-->") + 3, text.indexOf("To add one:"));
    List<String> documented =
        Arrays.stream(list.trim().split("[,\\s]+")).map(s -> s.replace(".", "")).toList();
    assertThat(documented).isEqualTo(OnnxOperators.types());
  }
}
