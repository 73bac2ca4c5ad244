package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.qdq.Provenance;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.model.QuantizationMethod;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes is a model that another run takes: nothing is left to quantize in it. */
class QuantizedAgainTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final FileSource FEW = DigitsRun.CALIBRATION.withLimit(40);

  @TempDir Path dir;

  private QuantizationResult run(QuantizationSpec spec, Model model) {
    return new QuantizationPipeline(SPARK)
        .run(
            QuantizationSpec.of(
                model,
                spec.data(),
                new QuantizationMethod(
                    spec.method().mapping().withModuleName("classifeir", null),
                    spec.method().backend(),
                    spec.method().arithmetic()),
                spec.output()));
  }

  @Test
  void theSecondRunChangesNothingAndSaysSo() throws IOException {
    Path first = dir.resolve("first");
    Path second = dir.resolve("second");
    QuantizationSpec spec = DigitsRun.calibration(FEW, first);
    QuantizationResult result = run(spec, spec.model());
    JsonNode warnings = new ObjectMapper().readTree(result.report().toBytes()).path("warnings");
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0).asText())
        .startsWith("module_name classifeir fits no module of the model, nearest is ");

    Path written = first.resolve("model.int8.onnx");
    QuantizationResult again =
        run(DigitsRun.calibration(FEW, second), Model.of(written.toString()));
    assertThat(again.nodes().warnings())
        .anyMatch(w -> w.endsWith("which stay as they are; nothing is left to quantize"));
    OnnxModel before = OnnxModel.load(written);
    OnnxModel after = OnnxModel.load(second.resolve("model.int8.onnx"));
    assertThat(after.graph()).isEqualTo(before.graph());
    assertThat(Provenance.of(after).facts())
        .containsEntry(Provenance.MODEL_SHA256, before.sha256());
  }
}
