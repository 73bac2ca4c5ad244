package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Views and rearrangements; quantization parameters are kept. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("input, shape", a -> reshape(a, "shape"), "torch.reshape");
    ops.define("input, *shape", a -> reshape(a, "shape"), ".reshape");
    ops.define("input, *shape", ShapeOperators::view, ".view");
    ops.define("input, *shape", a -> reshape(a, "shape"), ".resize_");
    ops.define(
        "input, other",
        a -> a.tensor("input").reshape(a.tensor("other").shape()),
        ".view_as",
        ".reshape_as");
    ops.define(
        "input, start_dim=0, end_dim=-1",
        a -> Shapes.flatten(a.tensor("input"), a.integer("start_dim"), a.integer("end_dim")),
        "torch.flatten",
        ".flatten");
    ops.define(
        "input", a -> a.tensor("input").reshape(flat(a.tensor("input"))), "torch.ravel", ".ravel");
    ops.define(
        "input, dim, sizes",
        a -> Shapes.unflatten(a.tensor("input"), a.integer("dim"), a.ints("sizes")),
        "torch.unflatten",
        ".unflatten");
    ops.define(
        "input, dims", a -> Shapes.permute(a.tensor("input"), a.ints("dims")), "torch.permute");
    ops.define("input, *dims", a -> Shapes.permute(a.tensor("input"), a.ints("dims")), ".permute");
    ops.define(
        "input, dim0, dim1",
        a -> Shapes.transpose(a.tensor("input"), a.integer("dim0"), a.integer("dim1")),
        "torch.transpose",
        "torch.swapdims",
        ".transpose",
        ".transpose_",
        ".swapdims",
        ".swapdims_");
    ops.define(
        "input, axis0, axis1",
        a -> Shapes.transpose(a.tensor("input"), a.integer("axis0"), a.integer("axis1")),
        "torch.swapaxes",
        ".swapaxes",
        ".swapaxes_");
    ops.define("input", ShapeOperators::matrixTranspose, "torch.t", ".t", ".t_");
    ops.define(
        "input, dim=None", ShapeOperators::squeeze, "torch.squeeze", ".squeeze", ".squeeze_");
    ops.define(
        "input, dim",
        a -> Shapes.unsqueeze(a.tensor("input"), a.integer("dim")),
        "torch.unsqueeze",
        ".unsqueeze",
        ".unsqueeze_");
    ops.define("input, *size", a -> Shapes.expand(a.tensor("input"), a.ints("size")), ".expand");
    ops.define(
        "input, other",
        a -> Shapes.expand(a.tensor("input"), a.tensor("other").shape()),
        ".expand_as");
    ops.define(
        "input, size",
        a -> Shapes.expand(a.tensor("input"), a.ints("size")),
        "torch.broadcast_to",
        ".broadcast_to");
    ops.define(
        "input, *repeats", a -> Shapes.repeat(a.tensor("input"), a.ints("repeats")), ".repeat");
    ops.define(
        "input, repeats, dim=None, *, output_size=None",
        ShapeOperators::repeatInterleave,
        "torch.repeat_interleave",
        ".repeat_interleave");
    ops.define("input, dims", a -> Shapes.flip(a.tensor("input"), a.ints("dims")), "torch.flip");
    ops.define("input, *dims", a -> Shapes.flip(a.tensor("input"), a.ints("dims")), ".flip");
    ops.define("input", a -> Shapes.flip(a.tensor("input"), 1), "torch.fliplr", ".fliplr");
    ops.define("input", a -> Shapes.flip(a.tensor("input"), 0), "torch.flipud", ".flipud");
    ops.define(
        "input, *, memory_format=None",
        a -> a.tensor("input"),
        "torch.clone",
        ".clone",
        "torch.detach",
        "torch.detach_",
        ".detach",
        ".detach_");
    ops.define("input, memory_format=None", a -> a.tensor("input"), ".contiguous");
  }

  private static Object reshape(NamedValues args, String name) {
    return Shapes.reshape(args.tensor("input"), args.ints(name));
  }

  private static Object view(NamedValues args) {
    if (args.items("shape").size() == 1 && args.items("shape").get(0) instanceof DType d) {
      throw new OperatorException(
          "Cannot call .view: reinterpreting bits as " + d + ", expected a shape");
    }
    return reshape(args, "shape");
  }

  private static Object matrixTranspose(NamedValues args) {
    Tensor x = args.tensor("input");
    return x.shape().rank() < 2 ? x : Shapes.transpose(x, 0, 1);
  }

  private static Object squeeze(NamedValues args) {
    Tensor x = args.tensor("input");
    return args.isNone("dim") ? Shapes.squeeze(x) : Shapes.squeeze(x, args.ints("dim"));
  }

  private static Shape flat(Tensor x) {
    return Shape.of(x.numel());
  }

  private static Object repeatInterleave(NamedValues args) {
    Tensor x = args.tensor("input");
    int times = args.integer("repeats");
    return args.isNone("dim")
        ? Shapes.repeatInterleave(x.reshape(flat(x)), times, 0)
        : Shapes.repeatInterleave(x, times, args.integer("dim"));
  }
}
