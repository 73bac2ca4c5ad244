package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.Window;
import io.octant.kernels.plan.ConvolutionLowerings.Geometry;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolutions as convolutions: the outputs at one phase of the stride are a convolution
 * with every stride-th tap, so one convolution with an output channel for each channel and phase
 * computes them all, and a copy puts the phases in their places. Float and 8-bit layers take the
 * kernels of convolutions with it.
 */
final class TransposedConvolutionLowerings {
  private static final String NN = "torch.ao.nn.quantized.";

  private TransposedConvolutionLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      String type = "ConvTranspose" + rank + "d";
      table.module(site -> module(site, axes), "torch.nn." + type, NN + "reference." + type);
      table.module(TransposedConvolutionLowerings::quantized, NN + type);
      table.functions(
          "conv_transpose" + rank + "d",
          site -> {
            Tensor weight = site.constant("weight");
            return real(site, weight, site.findConstant("bias"), geometry(site.args(), axes));
          });
    }
  }

  private static ConvolutionGeometry geometry(NamedValues settings, int axes) {
    return new ConvolutionGeometry(
        list(settings.ints("stride", axes)),
        list(settings.ints("padding", axes)),
        list(settings.ints("dilation", axes)),
        list(settings.ints("output_padding", axes)),
        settings.integer("groups"),
        true);
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static Activation module(Site site, int axes) {
    Module conv = Site.computed(site.module());
    return real(
        site, conv.tensor("weight"), conv.findTensor("bias"), geometry(Site.settings(conv), axes));
  }

  private static Activation real(
      Site site, Tensor weight, @Nullable Tensor bias, ConvolutionGeometry geometry) {
    Activation x = site.input();
    Site.require(x.isFloat() && weight.dtype() == DType.FLOAT32, "needs float32");
    Site.require(x.rank() == geometry.rank() + 2, "needs a batch axis");
    Phases phases = new Phases(geometry, x.shape(), weight.shape());
    float[] taps = new float[phases.weightShape().numel()];
    float[] from = weight.floats();
    phases.forEachTap((to, at) -> taps[to] = from[at]);
    Activation all =
        ConvolutionLowerings.lower(
            site,
            Tensor.of(DType.FLOAT32, phases.weightShape(), taps),
            bias == null ? null : Tensor.of(phases.spread(bias.floats()), phases.channels()),
            phases.convolution());
    return phases.placed(site.plan(), all);
  }

  private static Activation quantized(Site site) {
    QuantizedConvolution conv = (QuantizedConvolution) site.module();
    PackedConvolution packed = conv.packed();
    Site.require(conv.paddingMode() == Padding.Mode.CONSTANT, "pads with something but zeros");
    Tensor weight = packed.weight();
    Phases phases = new Phases(packed.geometry(), site.input().shape(), weight.shape());
    int[] taps = new int[phases.weightShape().numel()];
    int[] from = weight.ints();
    phases.forEachTap((to, at) -> taps[to] = from[at]);
    QParams q = weight.qparams();
    Site.require(
        IntStream.range(0, q.size()).allMatch(i -> q.zeroPoint(i) == 0),
        "needs weights with zero point 0");
    QParams spread =
        q.isPerChannel()
            ? QParams.perChannel(q.scheme(), phases.scales(q), new double[phases.channels()], 0)
            : q;
    Tensor bias = packed.bias();
    PackedConvolution forward =
        new PackedConvolution(
            Tensor.quantized(DType.QINT8, phases.weightShape(), taps, spread),
            bias == null ? null : Tensor.of(phases.spread(bias.floats()), phases.channels()),
            phases.forward(),
            packed.engine());
    return phases.placed(
        site.plan(), QuantizedLayerLowerings.convolution(site, forward, conv.output()));
  }

  /** Where the elements of the weights and of the results go. */
  private static final class Phases {
    private final ConvolutionGeometry geometry;
    private final int rank;
    private final int groups;
    private final int inputs;
    private final int outputs;
    private final int[] kernel;
    private final int[] size;
    private final int[] quotient;
    private final int[] first;
    private final int[] taps;
    private final int[] padding;
    private final int count;

    /** One step in the weights of the convolution, and where its tap stands in the layer's. */
    private interface Tap {
      void at(int to, int from);
    }

    Phases(ConvolutionGeometry geometry, Shape x, Shape weight) {
      this.geometry = geometry;
      this.rank = geometry.rank();
      this.groups = geometry.groups();
      this.inputs = weight.dim(0) / groups;
      this.outputs = weight.dim(1);
      Shape out = geometry.outputShape(x, weight);
      kernel = Arrays.copyOfRange(weight.toArray(), 2, 2 + rank);
      size = Arrays.copyOfRange(out.toArray(), 2, 2 + rank);
      quotient = new int[rank];
      first = new int[rank];
      taps = new int[rank];
      padding = new int[rank];
      int phases = 1;
      for (int i = 0; i < rank; i++) {
        int stride = geometry.stride().get(i);
        int reach = geometry.dilation().get(i) * (kernel[i] - 1);
        int pad = geometry.padding().get(i);
        // Output stride · q + p reads inputs q + t, t = (p + padding − dilation · tap) / stride.
        first[i] = Math.floorDiv(pad - reach + stride - 1, stride);
        int last = Math.floorDiv(stride - 1 + pad, stride);
        taps[i] = last - first[i] + 1;
        quotient[i] = -Math.floorDiv(-size[i], stride);
        int in = x.dim(i + 2);
        padding[i] = Math.max(0, Math.max(-first[i], quotient[i] + first[i] + taps[i] - 1 - in));
        phases *= stride;
      }
      count = phases;
    }

    /** Output channels of all phases. */
    int channels() {
      return groups * count * outputs;
    }

    Shape weightShape() {
      int[] dims = new int[rank + 2];
      dims[0] = channels();
      dims[1] = inputs;
      System.arraycopy(taps, 0, dims, 2, rank);
      return Shape.of(dims);
    }

    ConvolutionGeometry forward() {
      List<Integer> ones = Collections.nCopies(rank, 1);
      return ConvolutionGeometry.forward(ones, list(padding), ones, groups);
    }

    Geometry convolution() {
      long[] ones = new long[rank];
      Arrays.fill(ones, 1);
      long[] pad = ConvolutionLowerings.longs(padding);
      return new Geometry(
          new Window(ConvolutionLowerings.longs(taps), ones, ones, pad, pad), groups);
    }

    /** A value for each output channel of the layer, for every phase of it. */
    float[] spread(float[] byChannel) {
      float[] out = new float[channels()];
      for (int c = 0; c < out.length; c++) {
        out[c] = byChannel[c / (count * outputs) * outputs + c % outputs];
      }
      return out;
    }

    /** Scales of the channels, which all groups share, for every phase. */
    double[] scales(QParams q) {
      return IntStream.range(0, channels()).mapToDouble(c -> q.scale(c % outputs)).toArray();
    }

    /** Channels are groups, phases, outputs. */
    void forEachTap(Tap each) {
      int positions = Arrays.stream(taps).reduce(1, (a, b) -> a * b);
      int size = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
      for (int c = 0; c < channels(); c++) {
        int group = c / (count * outputs);
        int phase = c / outputs % count;
        for (int t = 0; t < positions; t++) {
          int at = tap(phase, t);
          for (int k = 0; at >= 0 && k < inputs; k++) {
            int from = ((group * inputs + k) * outputs + c % outputs) * size + at;
            each.at((c * inputs + k) * positions + t, from);
          }
        }
      }
    }

    /** The tap of the layer that a position of the convolution's kernel stands for, −1 if none. */
    private int tap(int phase, int position) {
      int out = 0;
      int p = phase;
      int t = position;
      int size = 1;
      for (int i = rank - 1; i >= 0; i--) {
        int stride = geometry.stride().get(i);
        int offset = p % stride + geometry.padding().get(i) - stride * (first[i] + t % taps[i]);
        int dilation = geometry.dilation().get(i);
        if (offset < 0 || offset % dilation != 0 || offset / dilation >= kernel[i]) {
          return -1;
        }
        out += offset / dilation * size;
        size *= kernel[i];
        p /= stride;
        t /= taps[i];
      }
      return out;
    }

    /** Puts the phases of {@code [n, groups · phases · outputs, …]} in their places. */
    Activation placed(PlanBuilder plan, Activation all) {
      Activation src = plan.resident(all);
      long[] dims = new long[2 + rank];
      dims[0] = src.layout().dim(0);
      dims[1] = (long) groups * outputs;
      MemoryLayout from = src.layout();
      for (int i = 0; i < rank; i++) {
        from = from.narrow(2 + i, (long) first[i] + padding[i], quotient[i], 1);
        dims[2 + i] = (long) quotient[i] * geometry.stride().get(i);
      }
      MemoryLayout whole = MemoryLayout.channelsLast(src.layout().type(), dims);
      Activation dst = plan.allocate(src.dtype(), whole, src.qparams());
      Activation places = plan.view(dst, byPhase(whole));
      plan.copyInto(plan.view(src, bySource(from)), places);
      MemoryLayout result = whole;
      for (int i = 0; i < rank; i++) {
        result = result.narrow(2 + i, 0, size[i], 1);
      }
      return plan.view(dst, result);
    }

    /** [n, groups, strides…, outputs, quotients…] of the convolution's result. */
    private MemoryLayout bySource(MemoryLayout from) {
      long[] dims = new long[3 + 2 * rank];
      dims[0] = from.dim(0);
      dims[1] = groups;
      dims[2 + rank] = outputs;
      for (int i = 0; i < rank; i++) {
        dims[2 + i] = geometry.stride().get(i);
        dims[3 + rank + i] = quotient[i];
      }
      return from.reshape(dims).orElseThrow();
    }

    /** The same axes of the result, [n, groups · outputs, quotients · strides …]. */
    private MemoryLayout byPhase(MemoryLayout whole) {
      long[] dims = new long[3 + 2 * rank];
      int[] order = new int[dims.length];
      dims[0] = whole.dim(0);
      dims[1] = groups;
      dims[2] = outputs;
      order[1] = 1;
      order[2 + rank] = 2;
      for (int i = 0; i < rank; i++) {
        dims[3 + 2 * i] = quotient[i];
        dims[4 + 2 * i] = geometry.stride().get(i);
        order[3 + rank + i] = 3 + 2 * i;
        order[2 + i] = 4 + 2 * i;
      }
      return whole.reshape(dims).orElseThrow().permute(order);
    }
  }
}
