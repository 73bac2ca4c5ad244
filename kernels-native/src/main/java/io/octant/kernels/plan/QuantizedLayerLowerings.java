package io.octant.kernels.plan;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.RequantizationRule;
import io.octant.kernels.binding.Unary;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.kernels.binding.Window;
import io.octant.kernels.plan.ConvolutionLowerings.Geometry;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedWeight;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and linear layers on 8-bit tensors: integer products, bias, multiplier and fused
 * activation in steps of the output, bit for bit those of the reference operators.
 */
final class QuantizedLayerLowerings {
  private static final String NN = "torch.ao.nn.quantized.";
  private static final String FUSED = "torch.ao.nn.intrinsic.quantized.";

  /** An activation within the kernel; the linear curve αx with α = 1 is none. */
  private record Fused(String name, Unary unary, float alpha) {
    static final Fused NOTHING = new Fused("", Unary.LINEAR, 1);
    static final Fused RELU = new Fused("relu", Unary.RELU, 0);
    static final Fused TANH = new Fused("tanh", Unary.TANH, 0);

    void addTo(Pending kernel) {
      if (!equals(NOTHING)) {
        kernel.then(name, unary, alpha, 0);
      }
    }
  }

  private QuantizedLayerLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (int rank = 1; rank <= 3; rank++) {
      String d = rank + "d";
      table.module(QuantizedLayerLowerings::convolution, NN + "Conv" + d, FUSED + "ConvReLU" + d);
      table.define("quantized.conv" + d, site -> convolution(site, Fused.NOTHING));
      table.define("quantized.conv" + d + "_relu", site -> convolution(site, Fused.RELU));
    }
    table.addingModule(
        QuantizedLayerLowerings::convolution, FUSED + "ConvAdd2d", FUSED + "ConvAddReLU2d");
    table.module(
        QuantizedLayerLowerings::linear,
        NN + "Linear",
        FUSED + "LinearReLU",
        FUSED + "LinearLeakyReLU",
        FUSED + "LinearTanh");
    table.define("quantized.linear", site -> linear(site, Fused.NOTHING));
    table.define("quantized.linear_relu", site -> linear(site, Fused.RELU));
  }

  // ---- convolution

  private static Activation convolution(Site site) {
    QuantizedConvolution conv = (QuantizedConvolution) site.module();
    Site.require(
        conv.paddingMode() == Padding.Mode.CONSTANT, "pads with something other than zeros");
    boolean relu =
        conv.fusion() == QuantizedConvolution.Fusion.RELU
            || conv.fusion() == QuantizedConvolution.Fusion.ADD_RELU;
    return convolution(
        site,
        site.input(),
        conv.fusion().addsInput() ? site.activation("addend") : null,
        conv.packed(),
        conv.output(),
        relu ? Fused.RELU : Fused.NOTHING);
  }

  private static Activation convolution(Site site, Fused fused) {
    if (!(site.args().value("packed_weight") instanceof PackedConvolution packed)) {
      throw new UnsupportedKernelException("needs a packed convolution weight");
    }
    return convolution(
        site, site.input(), null, packed, output(site, "output_scale", "output_zero_point"), fused);
  }

  /** A convolution of the call's input without anything fused. */
  static Activation convolution(Site site, PackedConvolution packed, QParams output) {
    return convolution(site, site.input(), null, packed, output, Fused.NOTHING);
  }

  private static QParams output(Site site, String scale, String zeroPoint) {
    return QParams.perTensor(site.args().number(scale), site.args().integer(zeroPoint));
  }

  private static Activation convolution(
      Site site,
      Activation input,
      @Nullable Activation addend,
      PackedConvolution packed,
      QParams output,
      Fused fused) {
    Site.require(!packed.geometry().transposed(), "transposed");
    Geometry geometry = geometry(packed);
    Activation src = site.plan().channelsLast(input);
    Affine from = src.affine();
    MemoryLayout dst =
        MemoryLayout.channelsLast(
            from.type(), geometry.output(src, packed.weight().shape().dim(0)));
    Pending kernel =
        layer(
            geometry.operator(),
            src,
            packed,
            geometry.weights(ElementType.S8, packed.weight()),
            dst,
            geometry.window(),
            convolutionRule(packed.engine()),
            output);
    if (addend != null) {
      Activation real = QuantizationLowerings.dequantize(site.plan(), addend);
      kernel.then("add", Binary.ADD, site.plan().placed(real, dst.withType(ElementType.F32)));
    }
    fused.addTo(kernel);
    return site.plan().defer(site.call(), kernel, src.dtype(), dst, output);
  }

  private static Geometry geometry(PackedConvolution packed) {
    ConvolutionGeometry g = packed.geometry();
    long[] kernel = new long[g.rank()];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = packed.weight().shape().dim(i + 2);
    }
    long[] padding = longs(g.padding());
    return new Geometry(
        new Window(kernel, longs(g.stride()), longs(g.dilation()), padding, padding), g.groups());
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  // ---- linear

  private static Activation linear(Site site) {
    QuantizedLinear linear = (QuantizedLinear) site.module();
    Fused fused =
        switch (linear.activation()) {
          case NONE -> Fused.NOTHING;
          case RELU -> Fused.RELU;
          case TANH -> Fused.TANH;
          case LEAKY_RELU ->
              new Fused("leaky_relu", Unary.RELU, (float) site.settings().number("negative_slope"));
        };
    return linear(site, site.input(), linear.packed(), linear.output(), fused);
  }

  private static Activation linear(Site site, Fused fused) {
    if (!(site.args().value("W_prepack") instanceof PackedLinear packed)) {
      throw new UnsupportedKernelException("needs a packed linear weight");
    }
    return linear(site, site.input(), packed, output(site, "Y_scale_i", "Y_zero_point_i"), fused);
  }

  private static Activation linear(
      Site site, Activation input, PackedLinear packed, QParams output, Fused fused) {
    Affine from = input.affine();
    Tensor weight = packed.weight();
    Activation src = MatrixLowerings.rows(site.plan(), input);
    MemoryLayout dst = MatrixLowerings.result(from.type(), input, weight.shape().dim(0));
    MemoryLayout rows = dst.reshape(src.layout().dim(0), weight.shape().dim(0)).orElseThrow();
    MemoryLayout layout =
        MemoryLayout.rowMajor(ElementType.S8, weight.shape().dim(0), weight.shape().dim(1));
    Pending kernel =
        layer("linear", src, packed, layout, rows, null, linearRule(packed.engine()), output);
    fused.addTo(kernel);
    return site.plan().defer(site.call(), kernel, src.dtype(), dst, output);
  }

  /** An 8-bit layer that waits for what joins it; without a window, rows by a matrix. */
  private static Pending layer(
      String operator,
      Activation src,
      PackedWeight packed,
      MemoryLayout layout,
      MemoryLayout dst,
      @Nullable Window window,
      RequantizationRule rule,
      QParams output) {
    ElementType type = src.requireElementType();
    byte[] weights = bytes(packed.weight());
    float @Nullable [] bias = floats(packed.bias());
    return new Pending(
            attributes ->
                IntegerArithmetic.make(
                    type,
                    packed,
                    () ->
                        Kernels.libraryIntegerLayer(
                            src.layout(), layout, weights, bias, dst, window, attributes, rule),
                    () -> own(src, layout, weights, bias, dst, window, attributes, rule)),
            operator + "_" + signature(type),
            dst,
            List.of(src),
            attributes(src.affine(), packed.weight(), output))
        .takingAddition(IntegerArithmetic.addsWhileRounding(packed));
  }

  /**
   * A reference layer behind dequantize whose result stays in float: the integers are multiplied
   * and only their sums become floats, equal to the float product of the dequantized operands up to
   * its rounding. By oneDNN where its sums are exact, else by our own kernel; null where neither is
   * faster than sums of floats, or a sum may leave 32 bits: the layer then multiplies floats.
   */
  static @Nullable Activation linearToFloat(
      Site site, Activation input, ReferenceModule reference) {
    Tensor weight = reference.quantizedWeight("weight");
    if (!sumsIntegers(input, weight)) {
      return null;
    }
    Activation src = MatrixLowerings.rows(site.plan(), input);
    MemoryLayout dst = MatrixLowerings.result(ElementType.F32, input, weight.shape().dim(0));
    MemoryLayout rows = dst.reshape(src.layout().dim(0), weight.shape().dim(0)).orElseThrow();
    MemoryLayout layout =
        MemoryLayout.rowMajor(ElementType.S8, weight.shape().dim(0), weight.shape().dim(1));
    byte[] weights = bytes(weight);
    float @Nullable [] bias = floats(reference.findTensor("bias"));
    Pending kernel =
        new Pending(
            "linear_u8s8f32",
            rows,
            List.of(src),
            operands(input.affine(), weight),
            attributes -> toFloat(src, layout, weights, bias, rows, null, attributes));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }

  /** The kernel of a result in float, by oneDNN where its sums are exact. */
  private static NativeKernel toFloat(
      Activation src,
      MemoryLayout layout,
      byte[] weights,
      float @Nullable [] bias,
      MemoryLayout dst,
      @Nullable Window window,
      Attributes attributes) {
    if (!IntegerArithmetic.sumsIn32Bits()) {
      RequantizationRule any = RequantizationRule.ONEDNN; // nothing is rounded
      return own(src, layout, weights, bias, dst, window, attributes, any);
    }
    return window == null
        ? Kernels.linear(src.layout(), layout, weights, bias, dst, attributes)
        : Kernels.convolution(src.layout(), layout, weights, bias, dst, window, attributes);
  }

  /**
   * {@link #linearToFloat} for a convolution: without oneDNN, of windows of one pixel alone, as
   * floats of larger ones have {@link Winograd}.
   */
  static @Nullable Activation convolutionToFloat(
      Site site, Activation input, ReferenceModule reference, Geometry geometry) {
    Tensor weight = reference.quantizedWeight("weight");
    if (!sumsIntegers(input, weight)
        || IntegerArithmetic.readsOneChannel(weight.shape(), geometry.groups())
        || !(IntegerArithmetic.sumsIn32Bits() || isPointwise(geometry))
        || input.rank() != geometry.window().rank() + 2) {
      return null;
    }
    Activation src = site.plan().channelsLast(input);
    MemoryLayout dst =
        MemoryLayout.channelsLast(ElementType.F32, geometry.output(src, weight.shape().dim(0)));
    MemoryLayout layout = geometry.weights(ElementType.S8, weight);
    byte[] weights = bytes(weight);
    float @Nullable [] bias = floats(reference.findTensor("bias"));
    Window window = geometry.window();
    Pending kernel =
        new Pending(
            geometry.operator() + "_u8s8f32",
            dst,
            List.of(src),
            operands(input.affine(), weight),
            attributes -> toFloat(src, layout, weights, bias, dst, window, attributes));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }

  private static boolean isPointwise(Geometry geometry) {
    Window window = geometry.window();
    return geometry.groups() == 1
        && IntStream.range(0, window.rank()).allMatch(axis -> window.kernel(axis) == 1);
  }

  private static boolean sumsIntegers(Activation input, Tensor weight) {
    return input.affine().type() == ElementType.U8
        && weight.dtype() == DType.QINT8
        && isScaledByOutput(weight.qparams())
        && (IntegerArithmetic.sumsIn32Bits() || IntegerArithmetic.sumsFasterThanFloats())
        && IntegerArithmetic.neverWraps(weight);
  }

  /** Whether scales go with output channels and 0 stands for 0, as oneDNN has it for weights. */
  private static boolean isScaledByOutput(QParams weights) {
    return (!weights.isPerChannel() || weights.axis() == 0)
        && IntStream.range(0, weights.size()).allMatch(i -> weights.zeroPoint(i) == 0);
  }

  // ---- both

  private static NativeKernel own(
      Activation src,
      MemoryLayout layout,
      byte[] weights,
      float @Nullable [] bias,
      MemoryLayout dst,
      @Nullable Window window,
      Attributes attributes,
      RequantizationRule rule) {
    return Kernels.integerLayer(
        src.layout(), layout, weights, bias, dst, window, attributes, rule, Kernels.FASTEST);
  }

  /** As x86 has it, which leaves convolutions to oneDNN and linear layers to fbgemm. */
  private static RequantizationRule convolutionRule(QuantizedEngine engine) {
    return switch (engine) {
      case X86, ONEDNN -> RequantizationRule.ONEDNN;
      case FBGEMM -> RequantizationRule.FBGEMM;
      case QNNPACK -> RequantizationRule.QNNPACK;
    };
  }

  private static RequantizationRule linearRule(QuantizedEngine engine) {
    return switch (engine) {
      case ONEDNN -> RequantizationRule.ONEDNN;
      case X86, FBGEMM -> RequantizationRule.FBGEMM;
      case QNNPACK -> RequantizationRule.QNNPACK;
    };
  }

  private static Supplier<Attributes> attributes(Affine src, Tensor weight, QParams output) {
    Supplier<Attributes> operands = operands(src, weight);
    return () ->
        operands
            .get()
            .scales(Attributes.Operand.DST, (float) output.scale())
            .zeroPoint(Attributes.Operand.DST, output.zeroPoint());
  }

  private static Supplier<Attributes> operands(Affine src, Tensor weight) {
    QParams w = weight.qparams();
    Site.require(isScaledByOutput(w), "needs weights scaled by output channel, with zero point 0");
    float[] scales = new float[w.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) w.scale(i);
    }
    return () ->
        new Attributes()
            .scales(Attributes.Operand.SRC, src.scale())
            .zeroPoint(Attributes.Operand.SRC, src.zeroPoint())
            .scales(Attributes.Operand.WEIGHTS, scales);
  }

  private static byte[] bytes(Tensor weight) {
    Site.require(weight.dtype() == DType.QINT8, "needs qint8 weights, not " + weight.dtype());
    int[] values = weight.ints();
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }

  private static float @Nullable [] floats(@Nullable Tensor bias) {
    return bias == null ? null : bias.floats();
  }

  private static String signature(ElementType src) {
    return src == ElementType.U8 ? "u8s8u8" : "s8s8s8";
  }
}
