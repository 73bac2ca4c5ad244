package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operators of ONNX Runtime's own domain that its optimizer writes, as what they stand for. */
final class MicrosoftImports {
  private static final String DOMAIN = "com.microsoft";
  private static final String GELU = "torch.nn.functional.gelu";
  private static final Set<String> FUSED =
      Set.of("alpha", "transA", "transB", "transBatchA", "transBatchB");

  private MicrosoftImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily(DOMAIN)
        .add("Gelu", 1, 1, 1, Set.of(), (node, in, graph) -> gelu("none", in.get(0), graph))
        .add("BiasGelu", 1, 2, 2, Set.of(), (node, in, graph) -> biasGelu("none", in, graph))
        .add("FastGelu", 1, 1, 2, Set.of(), (node, in, graph) -> biasGelu("tanh", in, graph))
        .add("QuickGelu", 1, 1, 1, Set.of("alpha"), MicrosoftImports::quickGelu)
        .add("FusedMatMul", 1, 2, 2, FUSED, MicrosoftImports::matMul)
        .rows();
  }

  private static Value gelu(String approximate, Value x, ImportGraph graph) {
    Map<String, Object> how = Map.of("approximate", approximate);
    return graph.activation("torch.nn.GELU", how, GELU, how, x);
  }

  private static Value biasGelu(String approximate, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Value sum = in.has(1) ? graph.function("operator.add", x, in.get(1)) : x;
    return gelu(approximate, sum, graph);
  }

  private static Value quickGelu(OnnxNode node, Inputs in, ImportGraph graph) {
    return ActivationImports.swish(in.get(0), node.number("alpha", 1.702f), graph);
  }

  /** {@code alpha · A' B'}, the last two axes of each transposed where it says so. */
  private static Value matMul(OnnxNode node, Inputs in, ImportGraph graph) {
    for (String batch : List.of("transBatchA", "transBatchB")) {
      if (node.flag(batch, false)) {
        throw node.error("attribute " + node.describe(batch) + ", expected 0");
      }
    }
    Value a = transposed(in.get(0), node.flag("transA", false), graph);
    Value b = transposed(in.get(1), node.flag("transB", false), graph);
    Value product = graph.function("torch.matmul", a, b);
    double alpha = node.number("alpha", 1);
    return alpha == 1 ? product : graph.function("operator.mul", product, alpha);
  }

  /** A vector stays as it is. */
  private static Value transposed(Value x, boolean asked, ImportGraph graph) {
    long rank = x.rank();
    return asked && rank > 1 ? graph.function("torch.transpose", x, rank - 2, rank - 1) : x;
  }
}
