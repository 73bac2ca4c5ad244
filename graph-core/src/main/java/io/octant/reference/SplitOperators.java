package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Rearrangements;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Joining tensors and cutting them apart. */
final class SplitOperators {
  private SplitOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("cat", a -> Joining.cat(a.tensors("tensors"), a.integer("dim")));
    ops.define("stack", a -> Joining.stack(a.tensors("tensors"), a.integer("dim")));
    ops.define(
        "chunk",
        a -> tuple(Shapes.chunk(a.tensor("input"), a.integer("chunks"), a.integer("dim"))));
    ops.define("split", SplitOperators::split);
    ops.define("unbind", a -> tuple(Shapes.unbind(a.tensor("input"), a.integer("dim"))));
    ops.define("tensor_split", SplitOperators::tensorSplit);
    splitAlong(ops, "vsplit", 0, 2);
    splitAlong(ops, "dsplit", 2, 3);
    ops.define("hsplit", a -> splitAlong(a, a.tensor("input").shape().rank() == 1 ? 0 : 1));
    joins(ops);
    ops.define(
        "narrow",
        a ->
            Shapes.narrow(
                a.tensor("input"), a.integer("dim"), a.integer("start"), a.integer("length")));
    ops.define(
        "select", a -> Shapes.select(a.tensor("input"), a.integer("dim"), a.integer("index")));
  }

  private static void joins(OperatorSet.Builder ops) {
    ops.define(
        "hstack",
        a -> {
          List<Tensor> parts = atLeast(1, a.tensors("tensors"));
          return Joining.cat(parts, parts.get(0).shape().rank() == 1 ? 0 : 1);
        });
    ops.define("vstack", a -> Joining.cat(atLeast(2, a.tensors("tensors")), 0));
    ops.define("dstack", a -> Joining.cat(atLeast(3, a.tensors("tensors")), 2));
    ops.define(
        "column_stack",
        a -> Joining.cat(a.tensors("tensors").stream().map(SplitOperators::column).toList(), 1));
  }

  /** {@code torch.atleast_1d … atleast_3d}: a vector becomes a row, a matrix gets a last axis. */
  private static List<Tensor> atLeast(int axes, List<Tensor> tensors) {
    return tensors.stream()
        .map(
            t -> {
              Tensor out = t;
              while (out.shape().rank() < axes) {
                out = Shapes.unsqueeze(out, out.shape().rank() == 2 ? 2 : 0);
              }
              return out;
            })
        .toList();
  }

  private static Tensor column(Tensor t) {
    return t.shape().rank() < 2 ? t.reshape(Shape.of(t.numel(), 1)) : t;
  }

  /** PyTorch names the second argument after its type. */
  private static Object tensorSplit(NamedValues args) {
    String given =
        Stream.of("indices", "tensor_indices_or_sections")
            .filter(name -> !args.isNone(name))
            .findFirst()
            .orElse("sections");
    Tensor x = args.tensor("input");
    int dim = args.integer("dim");
    boolean number =
        args.value(given) instanceof Long
            || (args.value(given) instanceof Tensor t && t.shape().rank() == 0);
    return tuple(
        number
            ? Rearrangements.splitInto(x, args.integer(given), dim)
            : Rearrangements.splitAt(x, indices(args, given), dim));
  }

  private static void splitAlong(OperatorSet.Builder ops, String name, int axis, int leastRank) {
    ops.define(
        name,
        a -> {
          if (a.tensor("input").shape().rank() < leastRank) {
            throw a.wrong("input", "at least " + leastRank + " axes");
          }
          return splitAlong(a, axis);
        });
  }

  /** Unlike {@code tensor_split}, a number of parts must divide the axis. */
  private static Object splitAlong(NamedValues args, int axis) {
    Tensor x = args.tensor("input");
    if (!(args.value("sections") instanceof Long parts)) {
      return tuple(Rearrangements.splitAt(x, args.ints("sections"), axis));
    }
    if (parts < 1 || x.shape().dim(axis) % parts != 0) {
      throw args.wrong("sections", "a divisor of axis " + axis + " of " + x.description());
    }
    return tuple(Rearrangements.splitInto(x, Math.toIntExact(parts), axis));
  }

  private static int[] indices(NamedValues args, String name) {
    if (!(args.value(name) instanceof Tensor t)) {
      return args.ints(name);
    }
    int[] out = new int[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.toIntExact(t.longAt(i));
    }
    return out;
  }

  private static Object split(NamedValues args) {
    Tensor x = args.tensor("tensor");
    int dim = args.integer("dim");
    return args.value("split_size_or_sections") instanceof Long size
        ? tuple(Shapes.splitEvery(x, dim, Math.toIntExact(size)))
        : tuple(Shapes.split(x, dim, args.ints("split_size_or_sections")));
  }

  private static Tuple tuple(List<Tensor> tensors) {
    return new Tuple(List.copyOf(tensors));
  }
}
