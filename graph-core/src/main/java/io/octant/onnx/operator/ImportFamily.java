package io.octant.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects the rows that one family of operators adds to the table. */
final class ImportFamily {
  private final String domain;
  private final List<OperatorSpec> rows = new ArrayList<>();

  ImportFamily(String domain) {
    this.domain = domain;
  }

  /** An operator of one output. */
  ImportFamily add(
      String type,
      int firstOpset,
      int minInputs,
      int maxInputs,
      Set<String> attributes,
      NodeImport.Single translation) {
    return addMany(
        type,
        firstOpset,
        minInputs,
        maxInputs,
        attributes,
        (node, in, graph) -> List.of(translation.run(node, in, graph)));
  }

  /** An operator of several outputs; those that it leaves out may not be read. */
  ImportFamily addMany(
      String type,
      int firstOpset,
      int minInputs,
      int maxInputs,
      Set<String> attributes,
      NodeImport translation) {
    rows.add(
        new OperatorSpec(
            domain, type, firstOpset, minInputs, maxInputs, Set.copyOf(attributes), translation));
    return this;
  }

  List<OperatorSpec> rows() {
    return List.copyOf(rows);
  }
}
