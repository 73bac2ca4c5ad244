package io.octant.onnx.export;

import io.octant.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reductions, running sums and order. */
final class ReductionExports {
  private ReductionExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("mean", c -> reduced(c, "ReduceMean", c.in("input", c.dtype())));
    out.put("sum", c -> reduced(c, "ReduceSum", c.in("input", c.dtype())));
    out.put("prod", c -> reduced(c, "ReduceProd", c.in("input", c.dtype())));
    out.put("amax", c -> reduced(c, "ReduceMax", c.in("input")));
    out.put("amin", c -> reduced(c, "ReduceMin", c.in("input")));
    out.put("logsumexp", c -> reduced(c, "ReduceLogSumExp", c.in("input", c.dtype())));
    out.put("argmax", c -> position(c, "ArgMax"));
    out.put("argmin", c -> position(c, "ArgMin"));
    out.put("max", c -> extreme(c, "Max"));
    out.put("min", c -> extreme(c, "Min"));
    out.put(
        "aminmax",
        c ->
            List.of(
                reduced(c, "ReduceMin", c.in("input")), reduced(c, "ReduceMax", c.in("input"))));
    out.put("any", c -> truth(c, "ReduceMax"));
    out.put("all", c -> truth(c, "ReduceMin"));
    out.put(
        "count_nonzero",
        c -> reduced(c, "ReduceSum", c.graph().cast(c.in("input", DType.BOOL), DType.INT64)));
    out.put("norm", ReductionExports::norm);
    out.put("var", ReductionExports::variance);
    out.put("std", c -> c.graph().emit("Sqrt", variance(c)));
    out.put("var_mean", c -> List.of(variance(c), meanOf(c)));
    out.put("std_mean", c -> List.of(c.graph().emit("Sqrt", variance(c)), meanOf(c)));
    out.put("cumsum", ReductionExports::cumulated);
    out.put("topk", c -> top(c, c.values().integer("k"), c.values().flag("largest")));
    out.put("sort", ReductionExports::sorted);
    out.put("argsort", c -> sorted(c).get(1));
    return out;
  }

  private static int[] axes(NodeCall c) {
    if (!c.has("dim") || c.rank("input") == 0 || c.values().value("dim") instanceof Boolean) {
      return new int[0]; // the second argument of var(x, false) is unbiased
    }
    return Arrays.stream(c.values().ints("dim")).map(d -> c.axis("input", d)).toArray();
  }

  private static boolean keeps(NodeCall c) {
    return c.values().has("keepdim") && c.values().flag("keepdim");
  }

  /** Over the axes of dim, all by default. */
  private static String reduced(NodeCall c, String op, String x) {
    return reduced(c, op, x, keeps(c));
  }

  private static String reduced(NodeCall c, String op, String x, boolean keep) {
    long[] axes = Arrays.stream(axes(c)).asLongStream().toArray();
    return c.graph()
        .emit(
            op,
            Map.of("keepdims", keep ? 1L : 0L),
            x,
            axes.length == 0 ? "" : c.graph().ints(axes));
  }

  private static String position(NodeCall c, String op) {
    if (c.has("dim") && c.rank("input") > 0) {
      return c.graph()
          .emit(
              op, Map.of("axis", (long) axes(c)[0], "keepdims", keeps(c) ? 1L : 0L), c.in("input"));
    }
    String flat = c.graph().emit("Reshape", c.in("input"), c.graph().ints(-1));
    return c.reshaped(c.graph().emit(op, Map.of("axis", 0L, "keepdims", 0L), flat));
  }

  private static Object extreme(NodeCall c, String kind) {
    if (c.has("dim") && c.isTensor("dim")) {
      return c.graph().emit(kind, c.in("input", c.dtype()), c.in("dim", c.dtype()));
    }
    String value = reduced(c, "Reduce" + kind, c.in("input"));
    return c.has("dim") ? List.of(value, position(c, "Arg" + kind)) : value;
  }

  private static String truth(NodeCall c, String op) {
    String bits = c.graph().cast(c.in("input", DType.BOOL), DType.INT32);
    return c.graph().cast(reduced(c, op, bits), DType.BOOL);
  }

  private static String norm(NodeCall c) {
    Object p = c.values().value("p");
    String x = c.in("input", c.dtype());
    double power = p.equals("fro") ? 2 : c.values().number("p");
    if (Double.isInfinite(power)) {
      return reduced(c, power > 0 ? "ReduceMax" : "ReduceMin", c.graph().emit("Abs", x));
    }
    if (power != 1 && power != 2) {
      throw c.refusal("p " + power + ", expected 1, 2 or infinity");
    }
    return reduced(c, power == 1 ? "ReduceL1" : "ReduceL2", x);
  }

  private static String meanOf(NodeCall c) {
    return reduced(c, "ReduceMean", c.in("input"));
  }

  private static String variance(NodeCall c) {
    DType t = c.like("input").dtype();
    int[] axes = axes(c);
    double count = 1;
    for (int i = 0; i < c.rank("input"); i++) {
      int axis = i;
      if (axes.length == 0 || Arrays.stream(axes).anyMatch(a -> a == axis)) {
        count *= c.fixedDim("input", i);
      }
    }
    double correction = c.has("correction") ? c.values().number("correction") : unbiased(c) ? 1 : 0;
    String x = c.in("input");
    String centred = c.graph().emit("Sub", x, reduced(c, "ReduceMean", x, true));
    String squares = reduced(c, "ReduceSumSquare", centred);
    return c.graph().emit("Div", squares, c.graph().number(t, count - correction));
  }

  private static boolean unbiased(NodeCall c) {
    return c.values().value("dim") instanceof Boolean given
        ? given
        : !c.has("unbiased") || c.values().flag("unbiased");
  }

  private static String cumulated(NodeCall c) {
    if (c.rank("input") == 0) {
      return c.in("input", c.dtype());
    }
    long axis = c.axis("input", c.values().integer("dim"));
    return c.graph()
        .emit("CumSum", c.in("input", c.dtype()), c.graph().number(DType.INT64, (double) axis));
  }

  private static List<String> top(NodeCall c, int k, boolean largest) {
    long axis = c.axis("input", c.values().integer("dim"));
    return c.graph()
        .emit(
            "TopK",
            Map.of("axis", axis, "largest", largest ? 1L : 0L),
            2,
            c.in("input"),
            c.graph().ints(k));
  }

  private static List<String> sorted(NodeCall c) {
    int axis = c.axis("input", c.values().integer("dim"));
    return top(c, c.fixedDim("input", axis), c.values().flag("descending"));
  }
}
