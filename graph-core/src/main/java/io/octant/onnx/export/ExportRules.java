package io.octant.onnx.export;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules by the rows of the operator table that they write. */
final class ExportRules {
  private static final Map<String, NodeExport> RULES = new TreeMap<>();

  static {
    RULES.putAll(ElementwiseExports.rules());
    RULES.putAll(ActivationExports.rules());
    RULES.putAll(LinearExports.rules());
    RULES.putAll(WindowExports.rules());
    RULES.putAll(RecurrentExports.rules());
    RULES.putAll(RecurrentCellExports.rules());
    RULES.putAll(NormalizationExports.rules());
    RULES.putAll(LayoutExports.rules());
    RULES.putAll(RearrangementExports.rules());
    RULES.putAll(IndexingExports.rules());
    RULES.putAll(ReductionExports.rules());
  }

  private ExportRules() {}

  static @Nullable NodeExport find(String row) {
    return RULES.get(row);
  }

  static Set<String> rows() {
    return Collections.unmodifiableSet(RULES.keySet());
  }
}
