package io.octant.quantization.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.report.NodeReport.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reports as values and as the table that is printed. */
class ReportTextTest {
  private static final NodeReport FC =
      new NodeReport("fc", "torch.nn.Linear", "fc", "", Outcome.QUANTIZED, "as configured");
  private static final NodeReport ADD =
      new NodeReport("add", "torch.add", "", "", Outcome.FLOAT, "no qconfig");
  private static final NodeReport SIZE =
      new NodeReport("size", "size", "", "", Outcome.NOT_A_TENSOR, "a size");

  @Test
  void aReportPrintsALineANodeAndALineAWarning() {
    QuantizationReport report =
        new QuantizationReport("prepare", List.of(FC, ADD, SIZE), List.of("saw nothing"));
    assertThat(report.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "prepare: 1 nodes quantized, 1 float",
            "fc torch.nn.Linear quantized as configured",
            "add torch.add float no qconfig",
            "size size not_a_tensor a size",
            "warning: saw nothing");
    assertThat(report.with(Outcome.FLOAT)).containsExactly(ADD);
    assertThat(report.with(Outcome.QUANTIZED)).containsExactly(FC);
  }

  @Test
  void aLineTakesTargetAndPlaceFromItsNode() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node fc = g.call("fc", new Linear(2, 2), x);
    GraphModule model = g.returning(fc);
    assertThat(NodeReport.of(model, fc, Outcome.QUANTIZED, "as configured")).isEqualTo(FC);
    assertThat(NodeReport.of(model, x, Outcome.FLOAT, "an input").target()).isEqualTo("x");
    assertThat(FC.with(Outcome.FLOAT, "why").toString())
        .isEqualTo(
            new NodeReport("fc", "torch.nn.Linear", "fc", "", Outcome.FLOAT, "why").toString());
  }
}
