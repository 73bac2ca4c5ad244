package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.ConvGeometry;
import io.octant.reference.kernel.Convolution;
import io.octant.reference.kernel.TransposedConvolution;
import io.octant.tensor.Shape;
import java.util.Arrays;

/** Functional convolutions over one to three axes. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void register(OperatorSet.Builder ops) {
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      ops.define(
          "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1",
          a ->
              Convolution.convolve(
                  a.tensor("input"), a.tensor("weight"), a.findTensor("bias"), geometry(a, axes)),
          "torch.nn.functional.conv" + rank + "d");
      ops.define(
          "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1",
          a ->
              TransposedConvolution.convolve(
                  a.tensor("input"),
                  a.tensor("weight"),
                  a.findTensor("bias"),
                  ConvGeometry.transposed(
                      a.ints("stride", axes),
                      a.ints("padding", axes),
                      a.ints("output_padding", axes),
                      a.ints("dilation", axes),
                      a.integer("groups"))),
          "torch.nn.functional.conv_transpose" + rank + "d");
    }
  }

  private static ConvGeometry geometry(NamedValues args, int axes) {
    int[] stride = args.ints("stride", axes);
    int[] dilation = args.ints("dilation", axes);
    int groups = args.integer("groups");
    if (args.value("padding") instanceof String mode) {
      Shape weight = args.tensor("weight").shape();
      int[] kernel = Arrays.copyOfRange(weight.toArray(), 2, weight.rank());
      return switch (mode) {
        case "same" -> ConvGeometry.same(stride, kernel, dilation, groups);
        case "valid" -> ConvGeometry.of(stride, new int[axes], dilation, groups);
        default -> throw args.wrong("padding", "ints, 'same' or 'valid'");
      };
    }
    return ConvGeometry.of(stride, args.ints("padding", axes), dilation, groups);
  }
}
