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
          "conv" + rank + "d",
          a ->
              Convolution.convolve(
                  a.tensor("input"), a.tensor("weight"), a.findTensor("bias"), geometry(a, axes)));
      ops.define(
          "conv_transpose" + rank + "d",
          a ->
              TransposedConvolution.convolve(
                  a.tensor("input"),
                  a.tensor("weight"),
                  a.findTensor("bias"),
                  transposedGeometry(a, axes)));
    }
  }

  static ConvGeometry transposedGeometry(NamedValues args, int axes) {
    return ConvGeometry.transposed(
        args.ints("stride", axes),
        args.ints("padding", axes),
        args.ints("output_padding", axes),
        args.ints("dilation", axes),
        args.integer("groups"));
  }

  static ConvGeometry geometry(NamedValues args, int axes) {
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
