package io.octant.quantization.report;

import io.octant.quantization.report.NodeReport.Outcome;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line for every computing node of a graph, in execution order. Passes attach it to the module
 * that they return: {@code model.attachment(QuantizationReport.class)}.
 *
 * @param stage "prepare" or "convert"
 * @param lines placeholders, attribute reads and the output left out
 */
public record QuantizationReport(String stage, List<NodeReport> lines) {
  public QuantizationReport {
    lines = List.copyOf(lines);
  }

  /** The lines with an outcome. */
  public List<NodeReport> with(Outcome outcome) {
    return lines.stream().filter(l -> l.outcome() == outcome).toList();
  }

  /** A table, one line a node. */
  @Override
  public String toString() {
    return lines.stream()
        .map(NodeReport::toString)
        .collect(
            Collectors.joining(
                "\n",
                stage
                    + ": "
                    + with(Outcome.QUANTIZED).size()
                    + " nodes quantized, "
                    + with(Outcome.FLOAT).size()
                    + " float\n",
                "\n"));
  }
}
