package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Constants, shapes as values, and tensors made from shapes. */
final class ShapeImports {
  private ShapeImports() {}

  static List<OperatorSpec> rows() {
    Set<String> constant =
        Set.of("value", "value_float", "value_floats", "value_int", "value_ints");
    return new ImportFamily("")
        .add("Constant", 1, 0, 0, constant, ShapeImports::constant)
        .add("Identity", 1, 1, 1, Set.of(), (n, in, g) -> in.get(0))
        .addMany("Dropout", 1, 1, 3, Set.of("ratio", "seed", "is_test"), ShapeImports::dropout)
        .add("Shape", 1, 1, 1, Set.of("start", "end"), ShapeImports::shape)
        .add("Size", 1, 1, 1, Set.of(), ShapeImports::size)
        .add("ConstantOfShape", 9, 1, 1, Set.of("value"), ShapeImports::constantOfShape)
        .add("Range", 11, 3, 3, Set.of("stash_type"), ShapeImports::range)
        .add("Expand", 8, 2, 2, Set.of(), ShapeImports::expand)
        .add("Tile", 1, 2, 3, Set.of(), ShapeImports::tile)
        .rows();
  }

  private static Value constant(OnnxNode node, Inputs in, ImportGraph graph) {
    for (String name : node.attributeNames()) {
      AttributeProto a = java.util.Objects.requireNonNull(node.raw(name));
      Tensor value =
          switch (name) {
            case "value_float" -> Tensor.scalar(a.getF());
            case "value_int" -> Tensor.scalar(a.getI());
            case "value_floats" -> floats(a.getFloatsList());
            case "value_ints" ->
                Tensor.of(
                    DType.INT64,
                    Shape.of(a.getIntsCount()),
                    a.getIntsList().stream().mapToLong(Long::longValue).toArray());
            default -> java.util.Objects.requireNonNull(node.tensor(name));
          };
      return graph.constant(value, node.output(0));
    }
    throw node.error("no value");
  }

  private static Tensor floats(List<Float> values) {
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i);
    }
    return Tensor.of(out, out.length);
  }

  /** Inference only: the input itself, and a mask that is true everywhere. */
  private static List<Value> dropout(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean trains = node.opset() < 7 && !node.flag("is_test", false);
    if (trains || (in.has(2) && in.constant(2).item() != 0)) {
      throw node.error("training mode, expected inference");
    }
    node.ignore("ratio", "seed"); // only training drops
    in.ignore(1);
    Value x = in.get(0);
    if (node.output(1).isEmpty() || node.opset() < 10) { // older masks are not specified
      return List.of(x);
    }
    return List.of(x, graph.known(trues(x.shape()), trues(x.largeShape())));
  }

  private static Tensor trues(Shape shape) {
    int[] out = new int[shape.numel()];
    java.util.Arrays.fill(out, 1);
    return Tensor.of(DType.BOOL, shape, out);
  }

  private static Value shape(OnnxNode node, Inputs in, ImportGraph graph) {
    int rank = in.get(0).rank();
    int start = clamp(node.integer("start", 0), rank);
    return graph.shapeTensor(in.get(0), start, clamp(node.integer("end", rank), rank));
  }

  private static int clamp(long axis, int rank) {
    return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }

  private static Value size(OnnxNode node, Inputs in, ImportGraph graph) {
    if (in.get(0).isLate()) {
      return graph.function("torch.prod", graph.shapeTensor(in.get(0), 0, in.get(0).rank()));
    }
    return graph.known(
        Tensor.scalar((long) in.get(0).shape().numel()),
        Tensor.scalar((long) in.get(0).largeShape().numel()));
  }

  private static Value constantOfShape(OnnxNode node, Inputs in, ImportGraph graph) {
    Tensor fill = node.tensor("value");
    Tensor value = fill == null ? Tensor.of(new float[1], 1) : fill;
    if (value.numel() != 1) {
      throw node.error("value " + value.description() + ", expected one element");
    }
    if (!in.get(0).isKnown()) {
      return RunTimeShapes.full(in.get(0), value, graph);
    }
    Object scalar =
        value.dtype().isFloatingPoint() ? (Object) value.doubleAt(0) : (Object) value.longAt(0);
    return graph.function(
        "torch.full",
        List.of(graph.elements(in.get(0), "the shape"), scalar),
        Values.dict("dtype", value.dtype()));
  }

  private static Value range(OnnxNode node, Inputs in, ImportGraph graph) {
    node.ignore("stash_type"); // how 16-bit floats are summed, which are float32 here
    if (!in.all().stream().allMatch(Value::isKnown)) {
      return RunTimeShapes.range(in.all(), Dtypes.of(in.get(0)), graph);
    }
    List<Object> bounds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Value bound = in.get(i);
      bounds.add(
          Dtypes.of(bound).isFloatingPoint()
              ? (Object) in.constant(i).item()
              : graph.elements(bound, "a bound").get(0));
    }
    return graph.function("torch.arange", bounds, Values.dict("dtype", Dtypes.of(in.get(0))));
  }

  private static Value expand(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    if (RunTimeShapes.concern(x, in.get(1))) {
      return RunTimeShapes.expand(x, in.get(1), graph);
    }
    List<Value> wanted = graph.elements(in.get(1), "the shape");
    int rank = Math.max(x.rank(), wanted.size());
    List<Object> args = new ArrayList<>(List.of(x));
    boolean grows = rank > x.rank();
    for (int i = 0; i < rank; i++) {
      int have = i - (rank - x.rank());
      int want = i - (rank - wanted.size());
      boolean keeps = want < 0 || (have >= 0 && isOne(wanted.get(want)));
      // ONNX broadcasts both ways: a wanted 1 keeps the axis, as torch's −1 does.
      boolean same = have >= 0 && want >= 0 && sameSize(graph.size(x, have), wanted.get(want));
      args.add(keeps || same ? (Object) (-1L) : wanted.get(want));
      grows |= !(keeps || same);
    }
    return grows ? graph.method("expand", args.toArray()).named(x.name()) : x;
  }

  private static boolean isOne(Value size) {
    return size.at(false).equals(1L) && size.at(true).equals(1L);
  }

  private static boolean sameSize(Value a, Value b) {
    return a.at(false).equals(b.at(false)) && a.at(true).equals(b.at(true));
  }

  private static Value tile(OnnxNode node, Inputs in, ImportGraph graph) {
    if (in.has(2)) { // how often along which axis, before operator set 6
      Object[] times = new Object[in.get(0).rank() + 1];
      java.util.Arrays.fill(times, 1L);
      times[0] = in.get(0);
      times[1 + in.get(0).axis(in.constant(2).longAt(0))] = in.constant(1).longAt(0);
      return graph.method("repeat", times);
    }
    if (!in.get(1).isKnown()) {
      return RunTimeShapes.tile(in.get(0), in.get(1), graph);
    }
    List<Value> repeats = graph.elements(in.get(1), "the repeats");
    if (repeats.size() == in.get(0).rank() && repeats.stream().allMatch(ShapeImports::isOne)) {
      return in.get(0);
    }
    List<Object> args = new ArrayList<>(List.of(in.get(0)));
    args.addAll(repeats);
    return graph.method("repeat", args.toArray());
  }
}
