package io.octant.quantization.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.quantization.QuantizeFx;
import io.octant.quantization.StageModels;
import io.octant.quantization.StageModels.Stage;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Map;
import java.util.Optional;
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

  @TestFactory
  Stream<DynamicTest> bothFormsAreThoseOfTwoConversions() {
    return StageModels.all().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> {
                      String reference = printed(e.getValue(), ConvertForm.REFERENCE);
                      String lowered = printed(e.getValue(), ConvertForm.LOWERED);
                      try {
                        ConvertedForms both =
                            QuantizeFx.convertInBothForms(
                                e.getValue().prepared(),
                                options(e.getValue(), ConvertForm.LOWERED));
                        assertThat(StageModels.print(both.reference())).isEqualTo(reference);
                        assertThat(StageModels.print(both.lowered())).isEqualTo(lowered);
                        assertThat(both.reference().attachment(QuantizationReport.class))
                            .isEqualTo(report(e.getValue(), ConvertForm.REFERENCE));
                        assertThat(both.lowered().attachment(QuantizationReport.class))
                            .isEqualTo(report(e.getValue(), ConvertForm.LOWERED));
                      } catch (ConvertException refused) {
                        assertThat(refused.getMessage() + "\n").isIn(reference, lowered);
                      }
                    }));
  }

  private static Optional<QuantizationReport> report(Stage stage, ConvertForm form) {
    return QuantizeFx.convert(stage.prepared(), options(stage, form))
        .attachment(QuantizationReport.class);
  }

  private static ConvertOptions options(Stage stage, ConvertForm form) {
    return ConvertOptions.of(form)
        .withCustomConfig(stage.custom())
        .withEngine(
            stage.options().backend().name().equals("onednn")
                ? QuantizedEngine.ONEDNN
                : QuantizedEngine.X86);
  }

  private static String printed(Stage stage, ConvertForm form) {
    try {
      return StageModels.print(QuantizeFx.convert(stage.prepared(), options(stage, form)));
    } catch (ConvertException e) {
      return e.getMessage() + "\n";
    }
  }
}
