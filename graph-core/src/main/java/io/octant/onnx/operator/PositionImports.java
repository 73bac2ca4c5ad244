package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTypes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What depends on where an element stands: order along an axis, running sums and products, one-hot
 * vectors, triangles and diagonals.
 */
final class PositionImports {
  private static final Set<String> RUNNING = Set.of("exclusive", "reverse");
  private static final Set<String> TOP = Set.of("axis", "k", "largest", "sorted");

  private PositionImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .addMany("TopK", 1, 1, 2, TOP, PositionImports::top)
        .add("CumSum", 11, 2, 2, RUNNING, running("torch.cumsum", 0))
        .add("CumProd", 26, 2, 2, RUNNING, running("torch.cumprod", 1))
        .add("Hardmax", 1, 1, 1, Set.of("axis"), PositionImports::hardmax)
        .add("OneHot", 9, 3, 3, Set.of("axis"), PositionImports::oneHot)
        .add("Trilu", 14, 1, 2, Set.of("upper"), PositionImports::triangle)
        .add("EyeLike", 9, 1, 1, Set.of("dtype", "k"), PositionImports::eye)
        .rows();
  }

  /** The size of an axis that the operator runs along, which the batch cannot be. */
  private static int sizeAlong(Value x, int axis, OnnxNode node) {
    int size = x.fixedDim(axis);
    if (size < 0) {
      throw node.error("axis " + axis + " is the batch, expected another axis");
    }
    return size;
  }

  private static List<Value> top(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int axis = x.axis(node.integer("axis", -1));
    sizeAlong(x, axis, node);
    long k = in.has(1) ? (long) in.number(1, 0) : node.integer("k", -1);
    if (k < 0) {
      throw node.error("k = " + k + ", expected a number of elements");
    }
    boolean largest = node.flag("largest", true);
    node.ignore("sorted"); // without it any order will do
    Value both =
        graph.function("torch.topk", List.of(x, k, (long) axis), Values.dict("largest", largest));
    return List.of(
        graph.function("operator.getitem", both, 0L), graph.function("operator.getitem", both, 1L));
  }

  /** Running sums or products; an exclusive one starts with the neutral element. */
  private static NodeImport.Single running(String function, long neutral) {
    return (node, in, graph) -> {
      Value x = in.get(0);
      int axis = x.axis(in.integers(1)[0]);
      int size = sizeAlong(x, axis, node);
      boolean reverse = node.flag("reverse", false);
      boolean exclusive = node.flag("exclusive", false);
      List<Long> turned = List.of((long) axis);
      Value out = reverse ? graph.function("torch.flip", x, turned) : x;
      out = graph.function(function, out, (long) axis);
      if (exclusive) {
        Value moved = graph.function("torch.roll", out, 1L, (long) axis);
        Value first = graph.constant(onlyFirst(size, x.rank() - axis), "first");
        out = graph.function("torch.masked_fill", moved, first, neutral);
      }
      out = reverse ? graph.function("torch.flip", out, turned) : out;
      DType type = Dtypes.of(x);
      return Dtypes.of(out) == type ? out : graph.method("to", out, type);
    };
  }

  /** A mask of the first position of an axis, which {@code rank − 1} others follow. */
  private static Tensor onlyFirst(int size, int rank) {
    int[] mask = new int[size];
    Arrays.fill(mask, 0, Math.min(1, size), 1);
    return Tensor.of(DType.BOOL, along(size, rank), mask);
  }

  private static Tensor positions(int size, int rank) {
    long[] positions = new long[size];
    Arrays.setAll(positions, i -> i);
    return Tensor.of(DType.INT64, along(size, rank), positions);
  }

  private static Shape along(int size, int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[0] = size;
    return Shape.of(dims);
  }

  private static Value hardmax(OnnxNode node, Inputs in, ImportGraph graph) {
    return ActivationImports.along(
        node,
        in.get(0),
        graph,
        (x, axis) -> {
          int size = sizeAlong(x, axis, node);
          Value largest =
              graph.function(
                  "torch.argmax", List.of(x), Values.dict("dim", (long) axis, "keepdim", true));
          Value all = graph.constant(positions(size, x.rank() - axis), "positions");
          return graph.method("to", graph.function("operator.eq", largest, all), Dtypes.of(x));
        });
  }

  /** Negative indices count from the end; those beyond either end give no "on". */
  private static Value oneHot(OnnxNode node, Inputs in, ImportGraph graph) {
    Value indices = in.get(0);
    if (Dtypes.of(indices).isFloatingPoint()) {
      indices = graph.method("to", indices, DType.INT64);
    }
    int rank = indices.rank() + 1;
    long given = node.integer("axis", -1);
    long axis = given < 0 ? given + rank : given;
    if (axis < 0 || axis >= rank) {
      throw node.error("axis " + given + ", expected " + -rank + " to " + (rank - 1));
    }
    if (axis == 0 && indices.rank() > 0 && indices.fixedDim(0) < 0) {
      throw node.error("axis 0 before the batch, expected another axis");
    }
    int depth = (int) in.number(1, 0);
    Value fromEnd = graph.function("operator.lt", indices, 0L);
    Value turned = graph.function("torch.where", fromEnd, plus(indices, depth, graph), indices);
    Value at = graph.function("torch.unsqueeze", turned, axis);
    Value all = graph.constant(positions(depth, rank - (int) axis), "positions");
    Value hot = graph.function("operator.eq", at, all);
    Value on = graph.function("operator.getitem", in.get(2), 1L);
    Value off = graph.function("operator.getitem", in.get(2), 0L);
    return graph.function("torch.where", hot, on, off);
  }

  private static Value plus(Value indices, int depth, ImportGraph graph) {
    return graph.function("operator.sub", indices, (long) -depth);
  }

  private static Value triangle(OnnxNode node, Inputs in, ImportGraph graph) {
    long diagonal = (long) in.number(1, 0);
    String function = node.flag("upper", true) ? "torch.triu" : "torch.tril";
    return graph.function(function, in.get(0), diagonal);
  }

  private static Value eye(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    if (x.rank() != 2) {
      throw node.error("input of shape " + x.shape() + ", expected a matrix");
    }
    DType type =
        node.has("dtype")
            ? OnnxTypes.dtype((int) node.integer("dtype", 0), node.toString())
            : Dtypes.of(x);
    int diagonal = (int) node.integer("k", 0);
    return graph.method(
        "to", graph.known(identity(x.shape(), diagonal), identity(x.largeShape(), diagonal)), type);
  }

  private static Tensor identity(Shape shape, int diagonal) {
    float[] out = new float[shape.numel()];
    for (int row = 0; row < shape.dim(0); row++) {
      long column = (long) row + diagonal;
      if (column >= 0 && column < shape.dim(1)) {
        out[row * shape.dim(1) + (int) column] = 1;
      }
    }
    return Tensor.of(DType.FLOAT32, shape, out);
  }
}
