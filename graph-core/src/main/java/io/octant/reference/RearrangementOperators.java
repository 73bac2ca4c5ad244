package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Diagonals;
import io.octant.reference.kernel.Rearrangements;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rolls, turns, tiles, triangles, diagonals and grids. */
final class RearrangementOperators {
  private RearrangementOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("input, shifts, dims=None", RearrangementOperators::roll, "torch.roll", ".roll");
    ops.define("input, k=1, dims=None", RearrangementOperators::rotate, "torch.rot90", ".rot90");
    ops.define(
        "input, source, destination",
        a -> Rearrangements.moveAxes(a.tensor("input"), a.ints("source"), a.ints("destination")),
        "torch.movedim",
        "torch.moveaxis",
        ".movedim",
        ".moveaxis");
    ops.define(
        "input, dims", a -> Rearrangements.tile(a.tensor("input"), a.ints("dims")), "torch.tile");
    ops.define(
        "input, *dims", a -> Rearrangements.tile(a.tensor("input"), a.ints("dims")), ".tile");
    ops.define(
        "input, diagonal=0, *, out=None",
        a -> Diagonals.lower(a.tensor("input"), a.integer("diagonal")),
        "torch.tril",
        ".tril");
    ops.define(
        "input, diagonal=0, *, out=None",
        a -> Diagonals.upper(a.tensor("input"), a.integer("diagonal")),
        "torch.triu",
        ".triu");
    ops.define(
        "input, offset=0, dim1=0, dim2=1",
        a ->
            Diagonals.diagonal(
                a.tensor("input"), a.integer("offset"), a.integer("dim1"), a.integer("dim2")),
        "torch.diagonal",
        ".diagonal");
    ops.define(
        "*tensors, indexing='ij'",
        RearrangementOperators::grid,
        "torch.meshgrid",
        "torch.functional.meshgrid");
  }

  private static Object roll(NamedValues args) {
    int[] axes = args.isNone("dims") ? new int[0] : args.ints("dims");
    return Rearrangements.roll(args.tensor("input"), args.ints("shifts"), axes);
  }

  private static Object rotate(NamedValues args) {
    int[] axes = args.isNone("dims") ? new int[] {0, 1} : args.ints("dims", 2);
    return Rearrangements.rotate(args.tensor("input"), args.integer("k"), axes[0], axes[1]);
  }

  /** With indexing {@code xy} the grids of the first two vectors lie along each other's axes. */
  private static Object grid(NamedValues args) {
    List<Tensor> vectors = new ArrayList<>(args.tensors("tensors"));
    boolean exchanged =
        switch (args.text("indexing")) {
          case "ij" -> false;
          case "xy" -> vectors.size() > 1;
          default -> throw args.wrong("indexing", "'ij' or 'xy'");
        };
    if (vectors.stream().anyMatch(t -> t.shape().rank() > 1)) {
      throw args.wrong("tensors", "scalars or tensors with one axis");
    }
    if (vectors.stream().map(Tensor::dtype).distinct().count() > 1) {
      throw args.wrong("tensors", "tensors of one type");
    }
    if (exchanged) {
      Collections.swap(vectors, 0, 1);
    }
    List<Object> grids = new ArrayList<>(Rearrangements.grid(vectors));
    if (exchanged) {
      Collections.swap(grids, 0, 1);
    }
    return new Tuple(grids);
  }
}
