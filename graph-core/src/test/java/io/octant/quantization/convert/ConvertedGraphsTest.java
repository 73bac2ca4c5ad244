package io.octant.quantization.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.quantization.QuantizeFx;
import io.octant.quantization.StageModels;
import io.octant.quantization.StageModels.Stage;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What convert makes of every kind of network, node by node: {@code converted-graphs.txt}. */
class ConvertedGraphsTest {
  /** Decomposition differs from the reference form by its quantize and dequantize only. */
  private static final Set<String> TO_DECOMPOSE =
      Set.of(
          "linear_relu",
          "functional_linear_relu",
          "dynamic_functional",
          "dynamic_symmetric",
          "half_linear",
          "half_static",
          "embedding",
          "standalone",
          "training");

  @TestFactory
  Stream<DynamicTest> graphsAreAsRecorded() {
    Map<String, String> recorded =
        StageModels.sections(ConvertedGraphsTest.class, "converted-graphs.txt");
    return StageModels.all().entrySet().stream()
        .flatMap(
            e ->
                Stream.of(ConvertForm.values())
                    .filter(
                        form -> form != ConvertForm.DECOMPOSED || TO_DECOMPOSE.contains(e.getKey()))
                    .map(
                        form -> {
                          String name = e.getKey() + " " + form;
                          return DynamicTest.dynamicTest(
                              name,
                              () ->
                                  assertThat(printed(e.getValue(), form))
                                      .isEqualTo(recorded.get(name)));
                        }));
  }

  private static String printed(Stage stage, ConvertForm form) {
    ConvertOptions options =
        ConvertOptions.of(form)
            .withCustomConfig(stage.custom())
            .withEngine(
                stage.options().backend().name().equals("onednn")
                    ? QuantizedEngine.ONEDNN
                    : QuantizedEngine.X86);
    try {
      return StageModels.print(QuantizeFx.convert(stage.prepared(), options));
    } catch (ConvertException e) {
      return e.getMessage() + "\n";
    }
  }
}
