package io.octant.onnx.export;

import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class LinearExports {
  private LinearExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("matmul", c -> product(c, "input", "other"));
    out.put("bmm", c -> product(c, "input", "mat2"));
    out.put("mv", c -> product(c, "input", "vec"));
    out.put("dot", c -> product(c, "input", "tensor"));
    out.put("addmm", c -> added(c, product(c, "mat1", "mat2")));
    out.put("baddbmm", c -> added(c, product(c, "batch1", "batch2")));
    out.put("addmv", c -> added(c, product(c, "mat", "vec")));
    out.put(
        "addbmm",
        c ->
            added(
                c,
                c.graph()
                    .emit(
                        "ReduceSum",
                        Map.of("keepdims", 0L),
                        product(c, "batch1", "batch2"),
                        c.graph().ints(0))));
    out.put(
        "outer",
        c ->
            c.times(
                c.graph().emit("Unsqueeze", c.in("input", c.dtype()), c.graph().ints(1)),
                c.graph().emit("Unsqueeze", c.in("vec2", c.dtype()), c.graph().ints(0))));
    out.put("linear", LinearExports::linear);
    out.put("einsum", LinearExports::einsum);
    out.put("bilinear", LinearExports::bilinear);
    out.put("scaled_dot_product_attention", AttentionExports::scaledDotProduct);
    out.put("multi_head_attention", AttentionExports::multiHead);
    out.put("det", c -> c.graph().emit("Det", c.in("input")));
    return out;
  }

  private static String product(NodeCall c, String a, String b) {
    return c.graph().emit("MatMul", c.in(a), c.in(b));
  }

  private static String added(NodeCall c, String product) {
    String input = c.scaled(c.in("input"), c.dtype(), c.values().number("beta"));
    return c.plus(input, c.scaled(product, c.dtype(), c.values().number("alpha")));
  }

  private static String linear(NodeCall c) {
    if (c.rank("input") == 2 && c.rank("weight") == 2) {
      return c.graph()
          .emit("Gemm", Map.of("transB", 1L), c.in("input"), c.in("weight"), c.optional("bias"));
    }
    String product = c.graph().emit("MatMul", c.in("input"), transposedWeight(c));
    return c.has("bias") ? c.plus(product, c.in("bias")) : product;
  }

  private static String transposedWeight(NodeCall c) {
    if (c.rank("weight") < 2) {
      return c.in("weight");
    }
    return c.values().value("weight") instanceof Tensor w
        ? c.graph().constant(Shapes.transpose(w, 0, 1))
        : c.graph().emit("Transpose", c.in("weight"));
  }

  private static String einsum(NodeCall c) {
    List<?> operands = c.values().items("operands");
    if (c.values().text("equation").contains(".")) {
      throw c.refusal("an equation with ellipses, which runtimes read in different ways");
    }
    return c.graph()
        .emit(
            "Einsum",
            Map.of("equation", c.values().text("equation").replace(" ", "")),
            operands.stream().map(o -> c.in(o, "operands")).toArray(String[]::new));
  }

  private static String bilinear(NodeCall c) {
    String out =
        c.graph()
            .emit(
                "Einsum",
                Map.of("equation", "...i,oij,...j->...o"),
                c.in("input1"),
                c.in("weight"),
                c.in("input2"));
    return c.has("bias") ? c.plus(out, c.in("bias")) : out;
  }
}
