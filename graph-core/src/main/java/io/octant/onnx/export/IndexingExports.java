package io.octant.onnx.export;

import io.octant.graph.Ellipsis;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Elements by position, tables of embeddings, tensors that are made, types. */
final class IndexingExports {
  private IndexingExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("getitem", IndexingExports::getitem);
    out.put(
        "select",
        c ->
            gathered(
                c, c.in("input"), c.axis("input", c.values().integer("dim")), index(c, "index")));
    out.put(
        "index_select",
        c -> gathered(c, c.in("input"), c.axis("input", c.values().integer("dim")), c.in("index")));
    out.put("gather", c -> elements(c, "GatherElements", c.in("index", DType.INT64)));
    out.put("scatter", IndexingExports::scatter);
    out.put(
        "scatter_add",
        c ->
            c.graph()
                .emit(
                    "ScatterElements",
                    Map.of("axis", axis(c), "reduction", "add"),
                    c.in("input"),
                    c.in("index", DType.INT64),
                    sources(c)));
    out.put("scatter_reduce", IndexingExports::scatterReduced);
    out.put(
        "scatter_nd",
        c ->
            c.graph()
                .emit(
                    "ScatterND",
                    Map.of("reduction", reduction(c, "reduction")),
                    c.in("input"),
                    c.in("indices", DType.INT64),
                    c.in("updates", c.dtype())));
    out.put("one_hot", IndexingExports::oneHot);
    out.put("embedding", IndexingExports::embedding);
    out.put("embedding_bag", IndexingExports::embeddingBag);
    out.put(
        "gather_nd",
        c ->
            c.graph()
                .emit(
                    "GatherND",
                    Map.of("batch_dims", (long) c.values().integer("batch_dims")),
                    c.in("input"),
                    c.in("indices", DType.INT64)));
    out.put("zeros_like", c -> made(c, 0));
    out.put("ones_like", c -> made(c, 1));
    out.put("full_like", c -> made(c, c.values().number("fill_value")));
    out.put("new_zeros", c -> made(c, "size", 0));
    out.put("new_ones", c -> made(c, "size", 1));
    out.put("new_full", c -> made(c, "size", c.values().number("fill_value")));
    out.put("zeros", c -> made(c, "size", 0));
    out.put("ones", c -> made(c, "size", 1));
    out.put("full", c -> made(c, "size", c.values().number("fill_value")));
    out.put("arange", IndexingExports::arange);
    for (String row :
        new String[] {
          "to",
          "type",
          "type_as",
          "float",
          "double",
          "half",
          "bfloat16",
          "long",
          "int",
          "short",
          "char",
          "byte",
          "bool"
        }) {
      out.put(row, c -> c.in("input", c.dtype()));
    }
    return out;
  }

  private static long axis(NodeCall c) {
    return c.axis("input", c.values().integer("dim"));
  }

  private static String index(NodeCall c, String name) {
    return c.in(name, DType.INT64);
  }

  private static String gathered(NodeCall c, String x, long axis, String index) {
    return c.graph().emit("Gather", Map.of("axis", axis), x, index);
  }

  private static String elements(NodeCall c, String op, String index) {
    return c.graph().emit(op, Map.of("axis", axis(c)), c.in("input"), index);
  }

  /** The elements of src that index has a place for, which is all that PyTorch reads. */
  private static String sources(NodeCall c) {
    Shape index = c.like("index").shape();
    Shape src = c.like("src").shape();
    if (!index.equals(src)) {
      throw c.refusal("src " + src + " and index " + index + ", expected the same shape");
    }
    return c.in("src", c.dtype());
  }

  private static String scatter(NodeCall c) {
    if (c.has("reduce")) {
      throw c.refusal("reduce " + c.values().value("reduce"));
    }
    String index = c.in("index", DType.INT64);
    String updates =
        c.has("src") && c.isTensor("src")
            ? sources(c)
            : c.graph()
                .emit(
                    "Expand",
                    c.in(c.has("src") ? "src" : "value", c.dtype()),
                    LayoutExports.shapeOf(c, "index"));
    return c.graph()
        .emit("ScatterElements", Map.of("axis", axis(c)), c.in("input"), index, updates);
  }

  private static String oneHot(NodeCall c) {
    int classes = c.values().integer("num_classes");
    if (classes < 0) {
      throw c.refusal("num_classes by the data, expected a number");
    }
    return c.graph()
        .emit(
            "OneHot",
            Map.of("axis", -1L),
            c.in("tensor"),
            c.graph().ints(classes),
            c.graph().ints(0, 1));
  }

  private static String embedding(NodeCall c) {
    if (c.has("max_norm")) {
      throw c.refusal("max_norm, expected none");
    }
    return gathered(c, c.in("weight"), 0, c.in("input"));
  }

  private static String scatterReduced(NodeCall c) {
    if (!c.values().flag("include_self")) {
      throw c.refusal("include_self False, expected True");
    }
    return c.graph()
        .emit(
            "ScatterElements",
            Map.of("axis", axis(c), "reduction", reduction(c, "reduce")),
            c.in("input"),
            c.in("index", DType.INT64),
            sources(c));
  }

  /** ONNX's name of a reduction, by its own or PyTorch's. */
  private static String reduction(NodeCall c, String name) {
    String given = c.values().text(name);
    return switch (given) {
      case "none", "add", "mul", "max", "min" -> given;
      case "sum" -> "add";
      case "prod" -> "mul";
      case "amax" -> "max";
      case "amin" -> "min";
      default -> throw c.refusal(name + " " + given);
    };
  }

  /** Bags of one size: rows of a matrix of positions. */
  private static String embeddingBag(NodeCall c) {
    if (c.has("max_norm") || c.has("offsets") || c.has("padding_idx") || c.rank("input") != 2) {
      throw c.refusal("max_norm, offsets or padding_idx, expected a matrix of positions alone");
    }
    String rows = gathered(c, c.in("weight"), 0, c.in("input"));
    if (c.has("per_sample_weights")) {
      String weights = c.graph().emit("Unsqueeze", c.in("per_sample_weights"), c.graph().ints(2));
      rows = c.times(rows, weights);
    }
    String op =
        switch (c.values().text("mode")) {
          case "sum" -> "ReduceSum";
          case "mean" -> "ReduceMean";
          default -> "ReduceMax";
        };
    return c.graph().emit(op, Map.of("keepdims", 0L), rows, c.graph().ints(1));
  }

  // ---- x[…]

  private static String getitem(NodeCall c) {
    Object given = c.values().value("b");
    if (given instanceof Tensor || (given instanceof ExportedTensor t && !t.number())) {
      Tensor index = c.like(given, "b");
      if (index.dtype() == DType.BOOL || index.dtype() == DType.UINT8) {
        throw c.refusal("an index of " + index.dtype() + ", expected positions");
      }
      return gathered(c, c.in("a"), 0, c.in(given, "b", DType.INT64));
    }
    List<Object> index = new ArrayList<>(given instanceof Tuple t ? t.items() : List.of(given));
    long taken = index.stream().filter(i -> i != None.NONE && i != Ellipsis.ELLIPSIS).count();
    String x = c.in("a");
    int axis = 0; // of x as it is by now
    for (Object item : index) {
      if (item == Ellipsis.ELLIPSIS) {
        axis += c.rank("a") - (int) taken;
      } else if (item == None.NONE) {
        x = c.graph().emit("Unsqueeze", x, c.graph().ints(axis++));
      } else if (item instanceof Slice slice) {
        x = sliced(c, x, axis++, slice);
      } else if (item instanceof Long || (item instanceof ExportedTensor t && t.number())) {
        x = gathered(c, x, axis, c.in(item, "b", DType.INT64));
      } else {
        throw c.refusal("an index among others that is a tensor, expected numbers and slices");
      }
    }
    return x;
  }

  private static String sliced(NodeCall c, String x, int axis, Slice slice) {
    if (slice.start() == None.NONE && slice.stop() == None.NONE && slice.step() == None.NONE) {
      return x;
    }
    Object start = slice.start() == None.NONE ? (Object) 0L : slice.start();
    Object stop = slice.stop() == None.NONE ? (Object) Long.MAX_VALUE : slice.stop();
    return c.graph()
        .emit(
            "Slice",
            x,
            c.sizes(List.of(start)),
            c.sizes(List.of(stop)),
            c.graph().ints(axis),
            c.graph().ints(LayoutExports.step(c, slice)));
  }

  // ---- tensors that are made

  private static String made(NodeCall c, double value) {
    return fixed(c)
        ? c.graph().constant(ExportGraph.filled(c.dtype(), c.result().shape(), value))
        : filled(c, LayoutExports.shapeOf(c, "input"), value);
  }

  private static String made(NodeCall c, String size, double value) {
    return fixed(c)
        ? c.graph().constant(ExportGraph.filled(c.dtype(), c.result().shape(), value))
        : filled(c, c.sizes(c.values().items(size)), value);
  }

  private static boolean fixed(NodeCall c) {
    return java.util.Arrays.stream(c.dims()).allMatch(d -> d >= 0);
  }

  private static String filled(NodeCall c, String shape, double value) {
    Tensor element = ExportGraph.filled(c.dtype(), Shape.of(1), value);
    return c.graph().emit("ConstantOfShape", Map.of("value", element), shape);
  }

  private static String arange(NodeCall c) {
    List<?> bounds = c.values().items("bounds");
    Object start = bounds.size() > 1 ? bounds.get(0) : (Object) 0L;
    Object end = bounds.size() > 1 ? bounds.get(1) : bounds.get(0);
    Object step = bounds.size() > 2 ? bounds.get(2) : (Object) 1L;
    return c.graph()
        .emit(
            "Range",
            c.in(start, "bounds", c.dtype()),
            c.in(end, "bounds", c.dtype()),
            c.in(step, "bounds", c.dtype()));
  }
}
