package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Products of matrices. Gemm and MatMul are torch.nn.Linear where the second factor is a constant
 * matrix, torch.matmul otherwise.
 */
final class LinearImports {
  private LinearImports() {}

  static List<OperatorSpec> rows() {
    return java.util.stream.Stream.of(
            new ImportFamily("")
                .add(
                    "Gemm",
                    1,
                    2,
                    3,
                    Set.of("alpha", "beta", "transA", "transB", "broadcast"),
                    LinearImports::gemm)
                .add("MatMul", 1, 2, 2, Set.of(), LinearImports::matMul)
                .add("MatMulInteger", 10, 2, 4, Set.of(), LinearImports::matMulInteger)
                .add(
                    "Einsum",
                    12,
                    1,
                    OperatorSpec.VARIADIC,
                    Set.of("equation"),
                    LinearImports::einsum)
                .add("Det", 11, 1, 1, Set.of(), (n, in, g) -> g.function("torch.det", in.get(0)))
                .rows(),
            new ImportFamily(OnnxOperators.PATTERN_DOMAIN)
                .add("MatMulAdd", 1, 3, 3, Set.of(), LinearImports::matMul)
                .rows())
        .flatMap(List::stream)
        .toList();
  }

  /** {@code y = alpha · A' B' + beta · C}. */
  private static Value gemm(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean transB = node.flag("transB", false);
    double alpha = node.number("alpha", 1);
    double beta = node.number("beta", 1);
    node.ignore("broadcast"); // before operator set 7: shapes tell
    Value a = in.get(0);
    if (node.flag("transA", false)) {
      a = graph.function("torch.transpose", a, 0L, 1L);
    }
    boolean isLinear =
        isMatrix(in, 1) && (!in.has(2) || isBias(in, 2, in.get(1).shape().dim(transB ? 0 : 1)));
    if (isLinear && !a.isKnown()) {
      return linear(in, a, transB, (float) alpha, (float) beta, graph);
    }
    Value b = transB ? graph.function("torch.transpose", in.get(1), 0L, 1L) : in.get(1);
    Value product = graph.function("torch.matmul", a, b);
    if (alpha != 1) {
      product = graph.function("operator.mul", product, alpha);
    }
    if (!in.has(2)) {
      return product;
    }
    Value c = beta == 1 ? in.get(2) : graph.function("operator.mul", in.get(2), beta);
    return graph.function("operator.add", product, c);
  }

  private static Value einsum(OnnxNode node, Inputs in, ImportGraph graph) {
    List<Object> args = new ArrayList<>(List.of(node.string("equation", "")));
    args.addAll(in.all());
    return graph.function("torch.einsum", args, Map.of());
  }

  private static Value matMul(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean isLinear =
        isMatrix(in, 1)
            && !in.get(0).isKnown()
            && (!in.has(2) || isBias(in, 2, in.get(1).shape().dim(1)));
    if (isLinear) {
      return linear(in, in.get(0), false, 1, 1, graph);
    }
    Value product = graph.function("torch.matmul", in.get(0), in.get(1));
    return in.has(2) ? graph.function("operator.add", product, in.get(2)) : product;
  }

  /** On int32; a list of zero points has one for each row on the left, each column on the right. */
  private static Value matMulInteger(OnnxNode node, Inputs in, ImportGraph graph) {
    Value a = QuantizationFormulas.integers(in, 0, 2, in.get(0).rank() - 2, graph);
    Value b = QuantizationFormulas.integers(in, 1, 3, in.get(1).rank() - 1, graph);
    return graph.function("torch.matmul", a, b);
  }

  private static Value linear(
      Inputs in, Value a, boolean transB, float alpha, float beta, ImportGraph graph) {
    WeightValue b = WeightValue.of(in, 1).orElseThrow();
    WeightValue weight = (transB ? b : b.transposed()).scaled(alpha);
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("in_features", (long) weight.shape().dim(1));
    hyper.put("out_features", (long) weight.shape().dim(0));
    Tensor bias =
        in.has(2) ? WeightValue.scaled(flat(in.constant(2), weight.shape().dim(0)), beta) : null;
    return Weighted.of("Linear", hyper, weight, bias, in, 1, 2).emit(a, graph);
  }

  private static boolean isMatrix(Inputs in, int index) {
    return WeightValue.of(in, index).isPresent() && in.get(index).rank() == 2;
  }

  /** Whether an input is one constant number for each output, or one for all. */
  private static boolean isBias(Inputs in, int index, int outputs) {
    if (WeightValue.of(in, index).isEmpty()) {
      return false;
    }
    Shape s = in.get(index).shape();
    return s.numel() == 1 || (s.numel() == outputs && s.dim(-1) == outputs);
  }

  private static Tensor flat(Tensor bias, int size) {
    if (bias.numel() == size) {
      return bias.reshape(Shape.of(size));
    }
    float[] out = new float[size];
    Arrays.fill(out, (float) bias.item());
    return Tensor.of(out, size);
  }
}
