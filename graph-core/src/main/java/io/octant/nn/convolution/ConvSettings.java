package io.octant.nn.convolution;

import io.octant.OctantException;
import io.octant.nn.Bias;
import io.octant.reference.kernel.ConvGeometry;
import io.octant.reference.kernel.Padding;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of a convolution. Sizes have one entry for each spatial axis, or a single entry
 * for all of them until {@link #forRank} spreads it.
 *
 * @param padding zeros (or what the mode says) on both sides of each axis; ignored if named
 * @param namedPadding "same" or "valid", null if padding is given in numbers
 * @param outputPadding extra size at the end of a transposed convolution's output
 * @param paddingMode "zeros", "reflect", "replicate" or "circular"
 */
public record ConvSettings(
    int inChannels,
    int outChannels,
    List<Integer> kernelSize,
    List<Integer> stride,
    List<Integer> padding,
    @Nullable String namedPadding,
    List<Integer> outputPadding,
    List<Integer> dilation,
    int groups,
    Bias bias,
    String paddingMode) {

  public ConvSettings {
    kernelSize = List.copyOf(kernelSize);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
    if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
      throw new OctantException(
          "Cannot configure convolution: "
              + groups
              + " groups, expected a divisor of "
              + inChannels
              + " input and "
              + outChannels
              + " output channels");
    }
    requireAtLeast(1, "kernel size", kernelSize);
    requireAtLeast(1, "stride", stride);
    requireAtLeast(1, "dilation", dilation);
    requireAtLeast(0, "padding", padding);
    requireAtLeast(0, "output padding", outputPadding);
  }

  private static void requireAtLeast(int least, String what, List<Integer> sizes) {
    if (sizes.stream().anyMatch(size -> size < least)) {
      throw new OctantException(
          "Cannot configure convolution: " + what + " " + sizes + ", expected at least " + least);
    }
  }

  /** Stride 1, no padding, no dilation, one group, with bias. */
  public static ConvSettings of(int inChannels, int outChannels, int... kernelSize) {
    return new ConvSettings(
        inChannels,
        outChannels,
        list(kernelSize),
        List.of(1),
        List.of(0),
        null,
        List.of(0),
        List.of(1),
        1,
        Bias.WITH,
        "zeros");
  }

  private static List<Integer> list(int... values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  /**
   * With another stride, one for all spatial axes or one for each.
   *
   * @throws OctantException if one is below 1
   */
  public ConvSettings withStride(int... sizes) {
    return with(p -> p.stride = list(sizes));
  }

  /**
   * With as much padding on both sides of each axis, one size for all or one for each.
   *
   * @throws OctantException if one is below 0
   */
  public ConvSettings withPadding(int... sizes) {
    return with(
        p -> {
          p.padding = list(sizes);
          p.namedPadding = null;
        });
  }

  /** Padding "same" (output as large as the input, stride 1 only) or "valid" (none). */
  public ConvSettings withPadding(String name) {
    if (!name.equals("same") && !name.equals("valid")) {
      throw new OctantException(
          "Cannot configure convolution: padding " + name + ", expected same or valid");
    }
    return with(p -> p.namedPadding = name);
  }

  /**
   * With extra size at the end of a transposed convolution's output.
   *
   * @throws OctantException if one is below 0
   */
  public ConvSettings withOutputPadding(int... sizes) {
    return with(p -> p.outputPadding = list(sizes));
  }

  /**
   * With another distance between the elements of a window.
   *
   * @throws OctantException if one is below 1
   */
  public ConvSettings withDilation(int... sizes) {
    return with(p -> p.dilation = list(sizes));
  }

  /**
   * With groups of channels that are convolved apart from each other.
   *
   * @throws OctantException if the number does not divide both numbers of channels
   */
  public ConvSettings withGroups(int count) {
    return with(p -> p.groups = count);
  }

  /** With or without a bias. */
  public ConvSettings withBias(Bias wanted) {
    return with(p -> p.bias = wanted);
  }

  /**
   * With another content of the padding: zeros, reflect, replicate or circular.
   *
   * @throws OctantException if it is none of these
   */
  public ConvSettings withPaddingMode(String mode) {
    Padding.Mode.of(mode);
    return with(p -> p.paddingMode = mode);
  }

  /** The same settings with one entry for each of {@code rank} spatial axes. */
  public ConvSettings forRank(int rank) {
    return with(
        p -> {
          p.kernelSize = spread(kernelSize, rank);
          p.stride = spread(stride, rank);
          p.padding = spread(padding, rank);
          p.outputPadding = spread(outputPadding, rank);
          p.dilation = spread(dilation, rank);
        });
  }

  private ConvSettings with(Consumer<Parts> change) {
    Parts p = new Parts(this);
    change.accept(p);
    return new ConvSettings(
        inChannels,
        outChannels,
        p.kernelSize,
        p.stride,
        p.padding,
        p.namedPadding,
        p.outputPadding,
        p.dilation,
        p.groups,
        p.bias,
        p.paddingMode);
  }

  /** The components that may change while they do. */
  private static final class Parts {
    List<Integer> kernelSize;
    List<Integer> stride;
    List<Integer> padding;
    @Nullable String namedPadding;
    List<Integer> outputPadding;
    List<Integer> dilation;
    int groups;
    Bias bias;
    String paddingMode;

    Parts(ConvSettings s) {
      kernelSize = s.kernelSize;
      stride = s.stride;
      padding = s.padding;
      namedPadding = s.namedPadding;
      outputPadding = s.outputPadding;
      dilation = s.dilation;
      groups = s.groups;
      bias = s.bias;
      paddingMode = s.paddingMode;
    }
  }

  private static List<Integer> spread(List<Integer> sizes, int rank) {
    if (sizes.size() == rank) {
      return sizes;
    }
    if (sizes.size() == 1) {
      return Collections.nCopies(rank, sizes.get(0));
    }
    throw new OctantException(
        "Cannot configure convolution: sizes " + sizes + ", expected one or " + rank);
  }

  private static int[] array(List<Integer> sizes) {
    return sizes.stream().mapToInt(i -> i).toArray();
  }

  /** Geometry of the convolution proper; padding of a mode other than zeros is not part of it. */
  ConvGeometry geometry() {
    if (namedPadding != null && namedPadding.equals("same") && paddingMode.equals("zeros")) {
      return ConvGeometry.same(array(stride), array(kernelSize), array(dilation), groups);
    }
    boolean none = namedPadding != null || !paddingMode.equals("zeros");
    int[] pads = none ? new int[stride.size()] : array(padding);
    return ConvGeometry.of(array(stride), pads, array(dilation), groups);
  }

  /** Geometry of the transposed convolution. */
  ConvGeometry transposedGeometry() {
    return ConvGeometry.transposed(
        array(stride), array(padding), array(outputPadding), array(dilation), groups);
  }

  /** Padding amounts in the order of {@code torch.nn.functional.pad}: last axis first. */
  int[] explicitPadding() {
    int rank = stride.size();
    int[] out = new int[2 * rank];
    boolean same = "same".equals(namedPadding);
    ConvGeometry g =
        same
            ? ConvGeometry.same(array(stride), array(kernelSize), array(dilation), groups)
            : ConvGeometry.of(
                array(stride),
                namedPadding != null ? new int[rank] : array(padding),
                array(dilation),
                groups);
    for (int i = 0; i < rank; i++) {
      out[2 * i] = g.before()[rank - 1 - i];
      out[2 * i + 1] = g.after()[rank - 1 - i];
    }
    return out;
  }
}
