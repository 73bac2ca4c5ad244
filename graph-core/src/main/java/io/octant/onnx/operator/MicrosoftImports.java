package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operators of ONNX Runtime's own domain that its optimizer writes, as what they stand for. */
final class MicrosoftImports {
  private static final String DOMAIN = "com.microsoft";
  private static final String GELU = "torch.nn.functional.gelu";

  private MicrosoftImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily(DOMAIN)
        .add("Gelu", 1, 1, 1, Set.of(), (node, in, graph) -> gelu("none", in.get(0), graph))
        .add("BiasGelu", 1, 2, 2, Set.of(), (node, in, graph) -> biasGelu("none", in, graph))
        .add("FastGelu", 1, 1, 2, Set.of(), (node, in, graph) -> biasGelu("tanh", in, graph))
        .add("QuickGelu", 1, 1, 1, Set.of("alpha"), MicrosoftImports::quickGelu)
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
}
