package io.octant.reference;

import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.BoxSelection;
import io.octant.reference.kernel.Creation;
import io.octant.reference.kernel.Indexing;
import io.octant.reference.kernel.Rearrangements;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Scattering;
import io.octant.reference.kernel.Shapes;
import io.octant.reference.kernel.Tuples;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** {@code getitem} on tensors, sequences and dicts, gathers and scatters. */
final class IndexingOperators {
  private IndexingOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("getitem", IndexingOperators::getItem);
    ops.define(
        "index_select",
        a -> Shapes.take(a.tensor("input"), a.integer("dim"), positions(a.tensor("index"))));
    ops.define(
        "gather",
        a -> Indexing.gatherAlong(a.tensor("input"), a.integer("dim"), a.tensor("index")));
    ops.define("scatter", IndexingOperators::scatter);
    ops.define(
        "scatter_add",
        a ->
            Scattering.scatter(
                a.tensor("input"),
                a.integer("dim"),
                a.tensor("index"),
                a.tensor("src"),
                Double::sum));
    ops.define("scatter_reduce", IndexingOperators::scatterReduce);
    ops.define(
        "gather_nd",
        a -> Tuples.gather(a.tensor("input"), a.tensor("indices"), a.integer("batch_dims")));
    ops.define(
        "scatter_nd",
        a ->
            Tuples.scatter(
                a.tensor("input"),
                a.tensor("indices"),
                a.tensor("updates"),
                reduction(a, "reduction")));
    ops.define(
        "reverse_sequence",
        a ->
            Rearrangements.reversed(
                a.tensor("input"),
                a.tensor("lengths"),
                a.integer("batch_axis"),
                a.integer("time_axis")));
    ops.define(
        "index_fill",
        a ->
            Scattering.fill(
                a.tensor("input"),
                a.integer("dim"),
                positions(a.tensor("index")),
                a.number("value")));
    ops.define("nonzero", IndexingOperators::nonzero);
    ops.define("non_max_suppression", IndexingOperators::selectBoxes);
    ops.define("one_hot", IndexingOperators::oneHot);
  }

  /** A source may be a number, which PyTorch also takes by the name of value. */
  private static Object scatter(NamedValues args) {
    Tensor x = args.tensor("input");
    Tensor index = args.tensor("index");
    String from = args.isNone("src") ? "value" : "src";
    Tensor src =
        args.value(from) instanceof Tensor t && from.equals("src")
            ? t
            : Creation.full(x.dtype(), index.shape(), args.number(from));
    DoubleBinaryOperator combine =
        args.isNone("reduce")
            ? (old, added) -> added
            : switch (args.text("reduce")) {
              case "add" -> Double::sum;
              case "multiply" -> (old, added) -> old * added;
              default -> throw args.wrong("reduce", "None, 'add' or 'multiply'");
            };
    return Scattering.scatter(x, args.integer("dim"), index, src, combine);
  }

  /** PyTorch's {@code mean}, and leaving out what was there, are refused. */
  private static Object scatterReduce(NamedValues args) {
    if (!args.flag("include_self")) {
      throw args.wrong("include_self", "True");
    }
    return Scattering.scatter(
        args.tensor("input"),
        args.integer("dim"),
        args.tensor("index"),
        args.tensor("src"),
        reduction(args, "reduce"));
  }

  /** What an element and a new one make, by the names of PyTorch and those of ONNX. */
  private static DoubleBinaryOperator reduction(NamedValues args, String name) {
    return switch (args.text(name)) {
      case "none" -> (old, added) -> added;
      case "add", "sum" -> Double::sum;
      case "mul", "prod" -> (old, added) -> old * added;
      case "max", "amax" -> Math::max;
      case "min", "amin" -> Math::min;
      default -> throw args.wrong(name, "a sum, product, maximum or minimum");
    };
  }

  private static Object oneHot(NamedValues args) {
    Tensor x = args.tensor("tensor");
    int classes = args.integer("num_classes");
    if (x.dtype() != DType.INT64) {
      throw args.wrong("tensor", "an int64 tensor");
    }
    if (classes < 0 && x.numel() == 0) {
      throw args.wrong("num_classes", "a number, as an empty tensor does not tell it");
    }
    return Scattering.oneHot(
        x,
        classes >= 0
            ? classes
            : 1 + (int) Reductions.max(x, new int[0], Reductions.Axes.DROP).longAt(0));
  }

  private static Object nonzero(NamedValues args) {
    Tensor found = Indexing.nonzero(args.tensor("input"));
    return args.flag("as_tuple") ? new Tuple(List.copyOf(Shapes.unbind(found, 1))) : found;
  }

  private static Object selectBoxes(NamedValues args) {
    return new BoxSelection(
            (long) args.number("max_output_boxes_per_class"),
            (float) args.number("iou_threshold"),
            args.isNone("score_threshold")
                ? Float.NEGATIVE_INFINITY
                : (float) args.number("score_threshold"),
            args.flag("center_point_box"))
        .select(args.tensor("boxes"), args.tensor("scores"));
  }

  private static int[] positions(Tensor index) {
    long[] at = Values.cast(index, DType.INT64).longs();
    int[] out = new int[at.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.toIntExact(at[i]);
    }
    return out;
  }

  private static Object getItem(NamedValues args) {
    Object from = args.value("a");
    Object key = args.value("b");
    if (from instanceof Tensor t) {
      return Indexing.index(t, key);
    }
    if (from instanceof Map<?, ?> map) {
      Object found = map.get(key);
      if (found == null) {
        throw new OperatorException(
            "Cannot get item: " + key + ", expected one of the keys " + map.keySet());
      }
      return found;
    }
    List<?> items = args.items("a");
    if (key instanceof Slice s) {
      List<Object> part =
          Arrays.stream(Indexing.positions(s, items.size())).<Object>mapToObj(items::get).toList();
      return from instanceof Shape
          ? Shape.of(part.stream().mapToInt(d -> ((Long) d).intValue()).toArray())
          : from instanceof Tuple ? new Tuple(part) : part;
    }
    int at = args.integer("b");
    if (at < -items.size() || at >= items.size()) {
      throw new OperatorException(
          "Cannot get item: " + at + ", expected an index into " + items.size() + " items");
    }
    return items.get(at < 0 ? at + items.size() : at);
  }
}
