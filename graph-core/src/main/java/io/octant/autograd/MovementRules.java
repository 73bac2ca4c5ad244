package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Operators whose result has elements of their argument in other places. Most have one rule: the
 * operator is applied to the positions of the elements, which tells where each gradient belongs.
 */
final class MovementRules {
  private static final String RESHAPE = "torch.reshape";
  private static final String SCATTER = "octant.gradient.scatter";
  private static final String POSITIONS = "octant.gradient.positions";

  private MovementRules() {}

  static void register() {
    for (String row :
        List.of(
            "reshape",
            "view",
            "view_as",
            "flatten",
            "ravel",
            "unflatten",
            "squeeze",
            "unsqueeze")) {
      DerivativeRules.define(
          row, d -> d.give("input", d.call(RESHAPE, d.grad(), d.shape("input"))));
    }
    for (String row : List.of("expand", "expand_as", "broadcast_to")) {
      DerivativeRules.define(row, d -> d.giveSummed("input", d.grad()));
    }
    for (String row :
        List.of(
            "permute",
            "transpose",
            "swapaxes",
            "t",
            "repeat",
            "repeat_interleave",
            "flip",
            "fliplr",
            "flipud",
            "roll",
            "rot90",
            "movedim",
            "tile",
            "diagonal",
            "narrow",
            "select",
            "index_select",
            "gather",
            "gather_nd",
            "reverse_sequence",
            "pixel_shuffle",
            "pixel_unshuffle",
            "channel_shuffle")) {
      DerivativeRules.define(row, d -> moved(d, "input"));
    }
    DerivativeRules.define("getitem", d -> moved(d, "a"));
    DerivativeRules.define("pad", MovementRules::pad);
    DerivativeRules.define("tril", d -> triangle(d, "torch.tril"));
    DerivativeRules.define("triu", d -> triangle(d, "torch.triu"));
    DerivativeRules.define(
        "detach",
        d -> {
          if (!d.function().contains("detach")) {
            d.give("input", d.grad());
          }
        });
    for (String row : List.of("chunk", "unbind", "tensor_split", "vsplit", "dsplit", "hsplit")) {
      DerivativeRules.define(row, DerivativeRule.ofTuple(d -> split(d, "input")));
    }
    DerivativeRules.define("split", DerivativeRule.ofTuple(d -> split(d, "tensor")));
    joins();
    writes();
  }

  private static void joins() {
    DerivativeRules.define("cat", MovementRules::cat);
    DerivativeRules.define("stack", MovementRules::stack);
    for (String row : List.of("hstack", "vstack", "dstack", "column_stack")) {
      DerivativeRules.define(row, MovementRules::joined);
    }
  }

  private static void writes() {
    DerivativeRules.define(
        "index_fill",
        d ->
            d.give(
                "input", d.call("torch.index_fill", d.grad(), d.arg("dim"), d.arg("index"), 0.0)));
    DerivativeRules.define("scatter", MovementRules::scatter);
    DerivativeRules.define(
        "scatter_add",
        d -> {
          d.give("input", d.grad());
          if (d.wants("src")) {
            d.give("src", d.call("torch.gather", d.grad(), d.arg("dim"), d.arg("index")));
          }
        });
    DerivativeRules.define("unfold", MovementRules::unfold);
    DerivativeRules.define("fold", MovementRules::fold);
  }

  private static void moved(Derivation d, String name) {
    Node at = d.again(name, d.call(POSITIONS, d.shape(name)));
    d.give(name, d.call(SCATTER, d.grad(), at, d.shape(name)));
  }

  private static void split(Derivation d, String name) {
    Node parts = d.again(name, d.call(POSITIONS, d.shape(name)));
    for (int index : d.itemsWithGradient()) {
      Node grad = java.util.Objects.requireNonNull(d.grad(index));
      d.give(name, d.call(SCATTER, grad, d.item(parts, index), d.shape(name)));
    }
  }

  private static void pad(Derivation d) {
    Node positions = d.call(POSITIONS, d.shape("input"));
    String mode = d.arguments().text("mode");
    Object outside = mode.equals("constant") ? (Object) (-1L) : None.NONE;
    Node at = d.call("torch.nn.functional.pad", positions, d.arg("pad"), mode, outside);
    d.give("input", d.call(SCATTER, d.grad(), at, d.shape("input")));
  }

  private static void triangle(Derivation d, String function) {
    d.give("input", d.call(function, d.grad(), d.arg("diagonal")));
  }

  private static void cat(Derivation d) {
    Node parts = d.call("octant.gradient.join", d.grad(), d.arg("dim"), d.shapes("tensors"));
    int index = 0;
    for (Object tensor : d.arguments().items("tensors")) {
      if (d.needs(tensor)) {
        d.give(tensor, d.item(parts, index));
      }
      index++;
    }
  }

  private static void stack(Derivation d) {
    long index = 0;
    for (Object tensor : d.arguments().items("tensors")) {
      if (d.needs(tensor)) {
        d.give(tensor, d.call("torch.select", d.grad(), d.arg("dim"), index));
      }
      index++;
    }
  }

  /** Joins along axes that depend on the ranks: one tensor's positions among −1 for the others. */
  private static void joined(Derivation d) {
    List<?> tensors = d.arguments().items("tensors");
    List<Object> shapes = d.shapes("tensors");
    for (int i = 0; i < tensors.size(); i++) {
      if (!d.needs(tensors.get(i))) {
        continue;
      }
      List<Object> places = new ArrayList<>();
      for (int j = 0; j < tensors.size(); j++) {
        places.add(
            j == i
                ? d.call(POSITIONS, shapes.get(j))
                : d.call("torch.full", List.of(shapes.get(j), -1L), Map.of()));
      }
      Node at = d.call(d.function(), List.of(places), Map.of());
      d.give(tensors.get(i), d.call(SCATTER, d.grad(), at, shapes.get(i)));
    }
  }

  private static void scatter(Derivation d) {
    if (!d.arguments().isNone("reduce")) {
      throw d.refused("a scatter that reduces has no derivative, expected reduce=None");
    }
    Object dim = d.arg("dim");
    Object index = d.arg("index");
    if (d.wants("input")) {
      d.give("input", d.call("torch.scatter", List.of(d.grad(), dim, index), Map.of("value", 0.0)));
    }
    if (d.wants("src")) {
      d.give("src", d.call("torch.gather", d.grad(), dim, index));
    }
  }

  private static void unfold(Derivation d) {
    Node size = d.call("operator.getitem", d.shape("input"), new Slice(-2L, None.NONE, None.NONE));
    d.give(
        "input",
        d.call(
            "torch.nn.functional.fold",
            d.grad(),
            size,
            d.arg("kernel_size"),
            d.arg("dilation"),
            d.arg("padding"),
            d.arg("stride")));
  }

  private static void fold(Derivation d) {
    d.give(
        "input",
        d.call(
            "torch.nn.functional.unfold",
            d.grad(),
            d.arg("kernel_size"),
            d.arg("dilation"),
            d.arg("padding"),
            d.arg("stride")));
  }
}
