package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PostOperation;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Convolution on quantized tensors, ordinary or transposed, alone or fused: {@code
 * torch.ao.nn.quantized.Conv1d}, {@code Conv2d}, {@code Conv3d}, {@code ConvTranspose1d} to {@code
 * ConvTranspose3d}, {@code nn.intrinsic.quantized.ConvReLU1d} to {@code ConvReLU3d}, {@code
 * ConvAdd2d}, {@code ConvAddReLU2d}.
 */
public final class QuantizedConvolution extends QuantizedModule {
  /** What is fused with the convolution. */
  public enum Fusion {
    NONE(PostOperation.NONE),
    RELU(PostOperation.RELU),
    /** Adds a second input. */
    ADD(PostOperation.NONE),
    /** Adds a second input and applies ReLU. */
    ADD_RELU(PostOperation.RELU);

    private final PostOperation post;

    Fusion(PostOperation post) {
      this.post = post;
    }

    /** Whether the module has a second input. */
    public boolean addsInput() {
      return this == ADD || this == ADD_RELU;
    }
  }

  private final PackedConvolution packed;
  private final QParams output;
  private final Fusion fusion;
  private final Padding.Mode paddingMode;

  /**
   * @throws OctantException if there is no such module: a fused transposed convolution, or an
   *     addition in other than two dimensions
   */
  public QuantizedConvolution(
      PackedConvolution packed, QParams output, Fusion fusion, Padding.Mode paddingMode) {
    super(torchName(packed.geometry(), fusion));
    this.packed = packed;
    this.output = output;
    this.fusion = fusion;
    this.paddingMode = paddingMode;
  }

  private static String torchName(ConvolutionGeometry g, Fusion fusion) {
    boolean exists =
        switch (fusion) {
          case NONE -> true;
          case RELU -> !g.transposed();
          case ADD, ADD_RELU -> !g.transposed() && g.rank() == 2;
        };
    if (!exists) {
      throw new OctantException(
          "Cannot fuse " + fusion + " with " + g + ", expected a module of PyTorch");
    }
    String name =
        switch (fusion) {
          case NONE -> g.transposed() ? "quantized.ConvTranspose" : "quantized.Conv";
          case RELU -> "intrinsic.quantized.ConvReLU";
          case ADD -> "intrinsic.quantized.ConvAdd";
          case ADD_RELU -> "intrinsic.quantized.ConvAddReLU";
        };
    return "torch.ao.nn." + name + g.rank() + "d";
  }

  private static String torchName(Padding.Mode mode) {
    return mode == Padding.Mode.CONSTANT ? "zeros" : mode.name().toLowerCase(Locale.ROOT);
  }

  /** Integer weight, float bias and geometry. */
  public PackedConvolution packed() {
    return packed;
  }

  /** Scale and zero point of the output. */
  public QParams output() {
    return output;
  }

  /** What follows the convolution before the output is quantized. */
  public Fusion fusion() {
    return fusion;
  }

  /** What the padding consists of; {@code CONSTANT} is the zero point. */
  public Padding.Mode paddingMode() {
    return paddingMode;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    ConvolutionGeometry g = packed.geometry();
    Shape weight = packed.weight().shape();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("in_channels", (long) g.inChannels(weight));
    out.put("out_channels", (long) g.outChannels(weight));
    out.put("kernel_size", kernelSize(weight));
    out.put("stride", tuple(g.stride()));
    out.put("padding", tuple(g.padding()));
    out.put("dilation", tuple(g.dilation()));
    out.put("transposed", g.transposed());
    out.put("output_padding", tuple(g.outputPadding()));
    out.put("groups", (long) g.groups());
    out.put("padding_mode", torchName(paddingMode));
    out.put("scale", output.scale());
    out.put("zero_point", (long) output.zeroPoint());
    return out;
  }

  private static Tuple kernelSize(Shape weight) {
    return tuple(Arrays.stream(weight.toArray()).skip(2).boxed().toList());
  }

  private static Tuple tuple(List<Integer> ints) {
    return new Tuple(ints.stream().<Object>map(Integer::longValue).toList());
  }

  /** Before and after of every spatial axis, the last one first. */
  private static int[] amounts(List<Integer> padding) {
    int[] out = new int[2 * padding.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = padding.get(padding.size() - 1 - i / 2);
    }
    return out;
  }

  @Override
  public Map<String, Object> quantizedState() {
    return quantizedState(packed);
  }

  /** Quantized {@code [N, C, spatial…]} to quantized {@code [N, O, spatial…]}. */
  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    List<Tensor> inputs = quantizedInputs(args, kwargs, fusion.addsInput() ? 2 : 1);
    Tensor x = inputs.get(0);
    Tensor addend = fusion.addsInput() ? inputs.get(1) : null;
    if (paddingMode == Padding.Mode.CONSTANT) {
      return packed.apply(x, addend, output, fusion.post);
    }
    Tensor padded = Padding.pad(x, amounts(packed.geometry().padding()), paddingMode, 0);
    return packed.withoutPadding().apply(padded, addend, output, fusion.post);
  }
}
