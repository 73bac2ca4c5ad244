package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An int8 convolution weight with its float bias and geometry ({@code
 * torch.ops.quantized.conv2d_prepack} and its siblings).
 *
 * @param weight {@code qint8 [O, C / groups, kernel…]}, transposed {@code [C, O / groups,
 *     kernel…]}; per tensor or per channel on the axis of the output channels
 * @param bias float {@code [O]} or null, which qnnpack packs as zeros
 */
public record PackedConvolution(
    Tensor weight, @Nullable Tensor bias, ConvolutionGeometry geometry, QuantizedEngine engine)
    implements PackedWeight {

  public PackedConvolution {
    int axis = weight.isQuantized() ? weight.qparams().axis() : -1;
    if (weight.dtype() != DType.QINT8
        || weight.shape().rank() != geometry.rank() + 2
        || (axis >= 0 && axis != (geometry.transposed() ? 1 : 0))) {
      throw new OctantException(
          "Cannot pack convolution weight: "
              + weight.description()
              + ", expected qint8 of rank "
              + (geometry.rank() + 2)
              + " quantized per tensor or per output channel");
    }
    int outputs =
        geometry.transposed() ? weight.shape().dim(1) * geometry.groups() : weight.shape().dim(0);
    bias = engine.packedBias(bias, outputs);
  }

  /**
   * {@code post(conv(x, W) + b)}, quantized.
   *
   * @param x per-tensor quantized {@code [N, C, spatial…]}
   * @param out output scale and zero point
   * @return {@code [N, O, spatial…]} in the dtype of {@code x}
   */
  public Tensor apply(Tensor x, QParams out, PostOperation post) {
    return apply(x, null, out, post);
  }

  /**
   * {@code post(conv(x, W) + b + addend)}, quantized; onednn's convolution with a fused sum.
   *
   * @param addend per-tensor quantized, of the output's shape; null for none
   */
  public Tensor apply(Tensor x, @Nullable Tensor addend, QParams out, PostOperation post) {
    Shape shape = geometry.outputShape(x.shape(), weight.shape());
    if (addend != null && !addend.shape().equals(shape)) {
      throw new OctantException(
          "Cannot add to convolution: " + addend.shape() + ", expected " + shape);
    }
    int[] sums = IntegerProducts.convolution(x, weight, geometry, shape);
    AccumulatorScale scale =
        new AccumulatorScale(
            x.qparams(),
            weight.qparams(),
            bias,
            shape.dim(1),
            engine,
            engine.convolutionRounding());
    int plane = shape.strides()[1];
    return scale.quantize(sums, shape, plane, x.dtype(), out, post, addend);
  }

  /** The same weight for an input that was padded beforehand. */
  public PackedConvolution withoutPadding() {
    ConvolutionGeometry g = geometry;
    List<Integer> none = Collections.nCopies(g.rank(), 0);
    return new PackedConvolution(
        weight,
        bias,
        new ConvolutionGeometry(
            g.stride(), none, g.dilation(), g.outputPadding(), g.groups(), g.transposed()),
        engine);
  }
}
