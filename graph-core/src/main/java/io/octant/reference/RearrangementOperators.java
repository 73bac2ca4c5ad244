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
    ops.define("roll", RearrangementOperators::roll);
    ops.define("rot90", RearrangementOperators::rotate);
    ops.define(
        "movedim",
        a -> Rearrangements.moveAxes(a.tensor("input"), a.ints("source"), a.ints("destination")));
    ops.define("tile", a -> Rearrangements.tile(a.tensor("input"), a.ints("dims")));
    ops.define("tril", a -> Diagonals.lower(a.tensor("input"), a.integer("diagonal")));
    ops.define("triu", a -> Diagonals.upper(a.tensor("input"), a.integer("diagonal")));
    ops.define(
        "diagonal",
        a ->
            Diagonals.diagonal(
                a.tensor("input"), a.integer("offset"), a.integer("dim1"), a.integer("dim2")));
    ops.define("meshgrid", RearrangementOperators::grid);
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
