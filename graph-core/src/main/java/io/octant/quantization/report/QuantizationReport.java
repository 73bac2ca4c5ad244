package io.octant.quantization.report;

import io.octant.quantization.report.NodeReport.Outcome;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line for every computing node of a graph, in execution order. Passes attach it to the module
 * that they return: {@code model.attachment(QuantizationReport.class)}.
 *
 * <p>No PyTorch counterpart.
 *
 * @param stage "prepare" or "convert", or "fuse", which has warnings only
 * @param lines placeholders, attribute reads and the output left out
 * @param warnings what is likely to be a mistake: observers that saw no data, or not-a-number
 */
public record QuantizationReport(String stage, List<NodeReport> lines, List<String> warnings) {
  public QuantizationReport {
    lines = List.copyOf(lines);
    warnings = List.copyOf(warnings);
  }

  /** The lines with an outcome. */
  public List<NodeReport> with(Outcome outcome) {
    return lines.stream().filter(l -> l.outcome() == outcome).toList();
  }

  /** A table, one line a node, then one a warning. */
  @Override
  public String toString() {
    return Stream.concat(
            lines.stream().map(NodeReport::toString), warnings.stream().map(w -> "warning: " + w))
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
