package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.List;

/** Joining tensors and cutting them apart. */
final class SplitOperators {
  private SplitOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "tensors, dim=0, *, out=None",
        a -> Joining.cat(a.tensors("tensors"), a.integer("dim")),
        "torch.cat",
        "torch.concat",
        "torch.concatenate");
    ops.define(
        "tensors, dim=0, *, out=None",
        a -> Joining.stack(a.tensors("tensors"), a.integer("dim")),
        "torch.stack");
    ops.define(
        "input, chunks, dim=0",
        a -> tuple(Shapes.chunk(a.tensor("input"), a.integer("chunks"), a.integer("dim"))),
        "torch.chunk",
        ".chunk");
    ops.define("tensor, split_size_or_sections, dim=0", SplitOperators::split, "torch.split");
    ops.define("tensor, split_size_or_sections, dim=0", SplitOperators::split, ".split");
    ops.define(
        "input, dim=0",
        a -> tuple(Shapes.unbind(a.tensor("input"), a.integer("dim"))),
        "torch.unbind",
        ".unbind");
    ops.define(
        "input, dim, start, length",
        a ->
            Shapes.narrow(
                a.tensor("input"), a.integer("dim"), a.integer("start"), a.integer("length")),
        "torch.narrow",
        ".narrow");
    ops.define(
        "input, dim, index",
        a -> Shapes.select(a.tensor("input"), a.integer("dim"), a.integer("index")),
        "torch.select",
        ".select");
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
