package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import java.util.Collections;
import java.util.List;

/**
 * Where a convolution of 1 to 3 spatial axes reads and writes; one entry an axis, outermost first.
 * Padding is on both sides of an axis. {@code outputPadding} matters for transposed convolutions
 * only.
 */
public record ConvolutionGeometry(
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    List<Integer> outputPadding,
    int groups,
    boolean transposed) {

  public ConvolutionGeometry {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
    outputPadding = List.copyOf(outputPadding);
    int rank = stride.size();
    if (rank < 1
        || rank > 3
        || padding.size() != rank
        || dilation.size() != rank
        || outputPadding.size() != rank) {
      throw new OctantException(
          "Cannot describe convolution: stride "
              + stride
              + ", padding "
              + padding
              + ", dilation "
              + dilation
              + ", output padding "
              + outputPadding
              + ", expected 1 to 3 entries in each");
    }
    if (Collections.min(stride) < 1 || Collections.min(dilation) < 1 || groups < 1) {
      throw new OctantException(
          "Cannot describe convolution: stride "
              + stride
              + ", dilation "
              + dilation
              + ", groups "
              + groups
              + ", expected positive numbers");
    }
  }

  /** An ordinary convolution. */
  public static ConvolutionGeometry forward(
      List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
    return new ConvolutionGeometry(
        stride, padding, dilation, Collections.nCopies(stride.size(), 0), groups, false);
  }

  /** Number of spatial axes. */
  public int rank() {
    return stride.size();
  }

  /** Channels that a weight produces. */
  public int outChannels(Shape weight) {
    return transposed ? weight.dim(1) * groups : weight.dim(0);
  }

  /** Channels that a weight consumes. */
  public int inChannels(Shape weight) {
    return transposed ? weight.dim(0) : weight.dim(1) * groups;
  }

  /**
   * Shape of the result.
   *
   * @param input {@code [N, C, spatial…]}
   * @param weight {@code [O, C / groups, kernel…]}, transposed {@code [C, O / groups, kernel…]}
   * @throws OctantException if ranks or channels do not agree, or the kernel does not fit
   */
  public Shape outputShape(Shape input, Shape weight) {
    if (input.rank() != rank() + 2
        || weight.rank() != rank() + 2
        || input.dim(1) != inChannels(weight)) {
      throw new OctantException(
          "Cannot convolve: input "
              + input
              + " with weight "
              + weight
              + " in "
              + groups
              + " groups, expected [N, C, "
              + rank()
              + " spatial axes] and matching channels");
    }
    int[] out = input.toArray();
    out[1] = outChannels(weight);
    for (int i = 0; i < rank(); i++) {
      int reach = dilation.get(i) * (weight.dim(i + 2) - 1);
      int extent = input.dim(i + 2);
      out[i + 2] =
          transposed
              ? (extent - 1) * stride.get(i) - 2 * padding.get(i) + reach + outputPadding.get(i) + 1
              : Math.floorDiv(extent + 2 * padding.get(i) - reach - 1, stride.get(i)) + 1;
      if (out[i + 2] < 1) {
        throw new OctantException(
            "Cannot convolve: input " + input + ", expected room for the kernel " + weight);
      }
    }
    return Shape.of(out);
  }
}
