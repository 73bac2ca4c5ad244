package io.octant.autograd;

import static io.octant.autograd.Derivatives.graph;
import static io.octant.autograd.Derivatives.values;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What moves, joins and parts values. */
class MovementRulesTest extends DerivativeCases {
  @Override
  void define() {
    movements();
    joins();
  }

  private void movements() {
    Tensor x = values(12, 2, 3, 4);
    add("torch.reshape", List.of(X, ints(4, -1)), x);
    add(".view", List.of(X, 6L, 4L), x);
    add("torch.flatten", List.of(X, 1L), x);
    add("torch.ravel", List.of(X), x);
    add(".view_as", List.of(X, X), x, values(13, 4, 6));
    add("torch.unflatten", List.of(X, 2L, ints(2, 2)), x);
    add("torch.permute", List.of(X, ints(2, 0, 1)), x);
    add(".permute", List.of(X, 2L, 0L, 1L), x);
    add("torch.transpose", List.of(X, 0L, -1L), x);
    add("torch.swapaxes", List.of(X, 0L, 1L), x);
    add("torch.t", List.of(X), values(14, 2, 3));
    add("torch.squeeze", List.of(X, 1L), values(15, 2, 1, 3));
    add("torch.unsqueeze", List.of(X, 1L), x);
    add(".expand", List.of(X, 5L, -1L, 4L), values(16, 3, 1));
    add(".expand_as", List.of(X, X), values(17, 3, 1), x);
    add("torch.broadcast_to", List.of(X, ints(2, 3, 4)), values(18, 3, 1));
    add(".repeat", List.of(X, 2L, 1L, 2L), x);
    add("torch.tile", List.of(X, ints(2, 1)), x);
    add("torch.repeat_interleave", List.of(X, 2L, 1L), x);
    add("torch.flip", List.of(X, ints(0, 2)), x);
    add("torch.fliplr", List.of(X), x);
    add("torch.flipud", List.of(X), x);
    add("torch.roll", List.of(X, 1L, 1L), x);
    add("torch.rot90", List.of(X, 1L, ints(0, 1)), x);
    add("torch.movedim", List.of(X, 0L, 2L), x);
    add("torch.diagonal", List.of(X, 0L, 1L, 2L), x);
    add("torch.tril", List.of(X), x);
    add("torch.triu", List.of(X, 1L), x);
    add("torch.narrow", List.of(X, 2L, 1L, 2L), x);
    add("torch.select", List.of(X, 1L, -1L), x);
    add("operator.getitem", List.of(X, 1L), x);
    Slice all = new Slice(None.NONE, None.NONE, None.NONE);
    add("operator.getitem", List.of(X, Tuple.of(all, new Slice(0L, 3L, 2L))), x);
    add("torch.index_select", List.of(X, 1L, X), x, longs(dims(4), 2, 0, 0, 1));
    add(
        "torch.gather",
        List.of(X, 2L, X),
        x,
        longs(dims(2, 3, 2), 3, 0, 1, 1, 2, 3, 0, 0, 1, 2, 3, 3));
    add("octant.gather_nd", List.of(X, X), x, longs(dims(2, 2), 1, 2, 0, 0));
    add("torch.index_fill", List.of(X, 1L, X, 2.0), x, longs(dims(2), 2, 0));
    Tensor at = longs(dims(2, 3, 1), 3, 0, 1, 1, 2, 3);
    add("torch.scatter", List.of(X, 2L, X, X), x, at, values(19, 2, 3, 1));
    add("torch.scatter_add", List.of(X, 2L, X, X), x, at, values(19, 2, 3, 1));
    Tensor image = values(20, 1, 4, 4, 4);
    add(F + "pad", List.of(X, ints(1, 2, 0, 1)), x);
    add(F + "pad", List.of(X, ints(1, -1), "constant", 3.0), x);
    add(F + "pad", List.of(X, ints(1, 2), "reflect"), x);
    add(F + "pad", List.of(X, ints(1, 2), "replicate"), x);
    add(F + "pad", List.of(X, ints(1, 2), "circular"), x);
    add(F + "pixel_shuffle", List.of(X, 2L), image);
    add(F + "pixel_unshuffle", List.of(X, 2L), image);
    add(F + "channel_shuffle", List.of(X, 2L), image);
    add(F + "unfold", List.of(X, ints(2, 3), 1L, 1L, 2L), image);
    add(F + "fold", List.of(X, ints(4, 4), 2L, 1L, 0L, 2L), values(21, 1, 8, 4));
    add("octant.reverse_sequence", List.of(X, X, 0L, 1L), x, longs(dims(2), 2, 3));
  }

  private void joins() {
    Tensor x = values(22, 2, 3);
    add("torch.cat", List.of(List.of(X, X, X), 1L), x, values(23, 2, 1), x);
    add("torch.stack", List.of(List.of(X, X), -1L), x, values(24, 2, 3));
    for (String f : List.of("hstack", "vstack", "dstack", "column_stack")) {
      add("torch." + f, List.of(List.of(X, X)), x, values(25, 2, 3));
    }
    Tensor y = values(26, 4, 6, 2);
    for (String f : List.of("torch.chunk", "torch.split", "torch.tensor_split")) {
      part(f, y, 2L, 1L);
    }
    part("torch.split", y, ints(1, 5), 1L);
    part("torch.unbind", y, 1L);
    part("torch.var_mean", y, 1L);
    part("torch.std_mean", y, ints(0, 2), false, true);
    part("torch.var_mean", y, true);
    part("torch.vsplit", y, 2L);
    part("torch.hsplit", y, 2L);
    part("torch.dsplit", y, 2L);
  }

  /** Items of a tuple, one of them used twice. */
  private void part(String function, Tensor x, Object... args) {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              List<Object> all = new ArrayList<>(List.of(in.get(0)));
              all.addAll(List.of(args));
              var parts = g.callFunction(FunctionType.of(function), all, Map.of());
              var first = g.callFunction(FunctionType.of("operator.getitem"), parts, 0L);
              var second = g.callFunction(FunctionType.of("operator.getitem"), parts, 1L);
              return Tuple.of(
                  g.callFunction(FunctionType.of("torch.square"), first), second, first);
            });
    add(function + List.of(args), model, x);
  }
}
