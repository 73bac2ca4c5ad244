package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows of the operator table that the nodes of an ONNX file became, as the graph's origins
 * tell.
 *
 * @param rows by the operator type and the output of what was imported
 */
record ImportedRows(Map<String, Set<OperatorRow>> rows) {
  static ImportedRows of(GraphModule graph) {
    OnnxSource source = graph.attachment(OnnxSource.class).orElseThrow();
    Map<String, Set<OperatorRow>> rows = new LinkedHashMap<>();
    for (Node n : graph.graph()) {
      OnnxOrigin origin = source.findOrigin(n.name());
      if (origin != null) {
        OperatorRow row = Operators.standard().find(Objects.requireNonNull(graph.typeOf(n)));
        String key = origin.opType() + " " + origin.output();
        rows.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(Objects.requireNonNull(row));
      }
    }
    return new ImportedRows(rows);
  }

  /** Whatever became nodes at all is named by the row of one of them. */
  void check() {
    rows.forEach(
        (key, emitted) ->
            assertThat(emitted).as(key).anyMatch(row -> names(row, key.split(" ")[0])));
  }

  /** What rows truly name, as {@code row Type}. */
  Set<String> pairs() {
    Set<String> out = new TreeSet<>();
    rows.forEach(
        (key, emitted) -> {
          String type = key.split(" ")[0];
          emitted.stream().filter(row -> names(row, type)).forEach(row -> out.add(pair(row, type)));
        });
    return out;
  }

  static String pair(OperatorRow row, String type) {
    return row.name() + " " + type.substring(type.indexOf(':') + 1);
  }

  private static boolean names(OperatorRow row, String type) {
    return row.onnx().stream().anyMatch(name -> name.equals(type) || name.endsWith(":" + type));
  }
}
