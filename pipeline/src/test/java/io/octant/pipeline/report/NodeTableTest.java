package io.octant.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class NodeTableTest {
  private final ObjectNode report = Results.report();
  private final ArrayNode tensors = Results.MAPPER.createArrayNode();

  private ArrayNode rows() {
    return NodeTable.of(report, tensors);
  }

  @Test
  void aFusedLayerIsOneRowUnderTheNamesOfItsNodes() {
    tensors.addObject().put("name", "relu");
    Results.line(report, "quantized", "conv", "Conv /conv", 1, "runs on quantized tensors");
    Results.value(report, "conv", "Conv2d", "Conv /conv")
        .put("endsIn", "relu")
        .put("notCompared", "within an int8 layer");
    Results.value(report, "relu", "ReLU", "Relu /relu")
        .put("sqnrDb", 31.5)
        .put("saturated", 0.25)
        .put("scale", 0.5)
        .put("zeroPoint", 7);
    assertThat(rows()).hasSize(1);
    JsonNode row = rows().get(0);
    assertThat(row.get("node").asText()).isEqualTo("conv + relu");
    assertThat(row.get("source").asText()).isEqualTo("Conv /conv + Relu /relu");
    assertThat(row.get("outcome").asText()).isEqualTo("int8");
    assertThat(row.get("reason").asText()).isEqualTo("runs on quantized tensors");
    assertThat(row.get("sqnr").asDouble()).isEqualTo(31.5);
    assertThat(row.get("saturated").asDouble()).isEqualTo(0.25);
    assertThat(row.get("scale").asDouble()).isEqualTo(0.5);
    assertThat(row.get("zeroPoint").asInt()).isEqualTo(7);
    assertThat(row.get("tensor").asInt()).isZero();
    assertThat(row.get("at").asInt()).isEqualTo(1);
  }

  @Test
  void whatWasNotMeasuredIsARowInItsPlace() {
    ((ObjectNode) report.get("layers")).putArray("values");
    Results.line(report, "quantized", "b", "Conv /b", 2, "runs on quantized tensors");
    Results.line(report, "float", "a", "Softmax /a", 1, "no quantized kernel");
    ((ArrayNode) report.get("nodes").get("floatInFile")).add("b");
    assertThat(rows().findValuesAsText("node")).containsExactly("a", "b");
    assertThat(rows().findValuesAsText("outcome")).containsExactly("float", "int8");
    assertThat(rows().findValuesAsText("reason"))
        .containsExactly(
            "no quantized kernel", "runs on quantized tensors; float in the written model");
    assertThat(rows().get(0).has("sqnr")).isFalse();
  }

  @Test
  void nodesLeftFloatHaveTheirReasonAndTheirNoise() {
    Results.value(report, "input", "input", "").put("scale", 0.1).put("sqnrDb", 60.0);
    Results.value(report, "pool", "Pool", "ReduceMean /pool").put("sqnrDb", 20.0);
    Results.value(report, "big", "Add", "Add /big").put("notCompared", "too large");
    Results.line(report, "float", "pool_1", "ReduceMean /pool", 1, "no quantized kernel");
    assertThat(rows().findValuesAsText("outcome")).containsExactly("int8", "float", "float");
    assertThat(rows().findValuesAsText("reason"))
        .containsExactly("input of the model", "no quantized kernel", "not compared: too large");
    assertThat(rows().get(1).get("sqnr").asDouble()).isEqualTo(20.0);
  }
}
