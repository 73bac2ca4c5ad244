package io.octant.onnx.operator;

import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.rewrite.StandardFunctions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The operator table: every ONNX operator that can be imported. */
public final class OnnxOperators {
  /**
   * Domain of the operators that only the pattern pass makes, see {@link io.octant.onnx.pattern}.
   */
  public static final String PATTERN_DOMAIN = "io.octant";

  /** What is decided at import. */
  private static final Set<String> CONTROL = Set.of("If", "Loop", "Scan");

  private static final Map<String, OperatorSpec> TABLE = new HashMap<>();

  static {
    Stream.of(
            ConvolutionImports.rows(),
            LinearImports.rows(),
            NormalizationImports.rows(),
            ActivationImports.rows(),
            ArithmeticImports.rows(),
            LogicImports.rows(),
            PoolingImports.rows(),
            ReductionImports.rows(),
            PositionImports.rows(),
            ShapeImports.rows(),
            LayoutImports.rows(),
            IndexingImports.rows(),
            AttentionImports.rows(),
            ScatterImports.rows(),
            SelectionImports.rows(),
            SamplingImports.rows(),
            ResizeImports.rows(),
            QuantizationImports.rows(),
            MicrosoftImports.rows(),
            RecurrentImports.rows())
        .flatMap(List::stream)
        .forEach(row -> TABLE.put(key(row.domain(), row.type()), row));
  }

  private OnnxOperators() {}

  private static String key(String domain, String type) {
    return domain + ":" + type;
  }

  /** Operator types of the default domain that can be imported, sorted. */
  public static List<String> types() {
    return names().stream().filter(name -> !name.contains(":")).toList();
  }

  /**
   * Every operator that can be imported, {@code domain:Type} outside the default domain, sorted.
   */
  public static List<String> names() {
    return TABLE.values().stream()
        .map(r -> r.domain().isEmpty() ? r.type() : key(r.domain(), r.type()))
        .sorted()
        .toList();
  }

  /** Whether nodes of an operator can be imported; "" and {@code ai.onnx} are one domain. */
  public static boolean knows(String domain, String type) {
    String set = domain.equals("ai.onnx") ? "" : domain;
    return TABLE.containsKey(key(set, type))
        || (set.isEmpty() && CONTROL.contains(type))
        || StandardFunctions.has(set, type);
  }

  /** Whether a node's operator has a translation, be it one that refuses the node. */
  static boolean translates(OnnxNode node) {
    return TABLE.containsKey(key(node.domain(), node.opType()));
  }

  /**
   * The checked translation of a node.
   *
   * @throws io.octant.onnx.OnnxException naming operator, node and operator set, if it is not in
   *     the table or does not fit its row
   */
  static NodeImport translation(OnnxNode node) {
    OperatorSpec row = TABLE.get(key(node.domain(), node.opType()));
    if (row == null) {
      throw node.error(
          "operator "
              + node.opType()
              + (node.domain().isEmpty() ? "" : " of domain " + node.domain())
              + " is not supported, expected one of the "
              + types().size()
              + " operators of the table (versions up to "
              + OnnxModel.NEWEST_OPSET
              + ")");
    }
    row.check(node);
    return row.translation();
  }
}
