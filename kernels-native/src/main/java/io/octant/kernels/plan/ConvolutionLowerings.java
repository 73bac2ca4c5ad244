package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.Unary;
import io.octant.kernels.binding.Window;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Float convolutions of one to three axes, channels last, with what follows fused in. */
final class ConvolutionLowerings {
  private ConvolutionLowerings() {}

  static void register(LoweringTable.Builder table) {
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      String d = rank + "d";
      table.module(
          site -> module(site, site.module(), axes),
          "torch.nn.Conv" + d,
          "torch.ao.nn.quantized.reference.Conv" + d);
      table.module(
          site -> withRelu(module(site, site.module().module("0"), axes)),
          "torch.ao.nn.intrinsic.ConvReLU" + d);
      table.functions(
          "conv" + d,
          site ->
              lower(
                  site,
                  site.constant("weight"),
                  site.findConstant("bias"),
                  Geometry.of(site.args(), axes, site.constant("weight"))));
    }
  }

  private static Activation module(Site site, Module called, int axes) {
    Module conv = Site.computed(called);
    NamedValues settings = Site.settings(conv);
    Site.require(
        settings.text("padding_mode").equals("zeros"), "pads with something other than zeros");
    Tensor weight = conv.tensor("weight");
    Activation integers = site.plan().integersOf(site.input());
    if (integers != null && called instanceof ReferenceModule reference) {
      Geometry geometry = Geometry.of(settings, axes, weight);
      Activation product =
          QuantizedLayerLowerings.convolutionToFloat(site, integers, reference, geometry);
      if (product != null) {
        return product;
      }
    }
    return lower(site, weight, conv.findTensor("bias"), Geometry.of(settings, axes, weight));
  }

  static Activation withRelu(Activation result) {
    Pending pending = result.pending();
    if (pending == null) {
      throw new IllegalStateException("Cannot fuse relu: no kernel is pending");
    }
    pending.then("relu", Unary.RELU, 0, 0);
    return result;
  }

  /** Window and groups of one convolution. */
  record Geometry(Window window, int groups) {
    static Geometry of(NamedValues settings, int axes, Tensor weight) {
      return of(settings, axes, Arrays.copyOfRange(weight.shape().toArray(), 2, 2 + axes));
    }

    static Geometry of(NamedValues settings, int axes, int[] kernel) {
      int[] dilation = settings.ints("dilation", axes);
      long[] begin = new long[axes];
      long[] end = new long[axes];
      if (settings.value("padding") instanceof String mode) {
        if (mode.equals("same")) {
          for (int i = 0; i < axes; i++) {
            long total = (long) dilation[i] * (kernel[i] - 1);
            begin[i] = total / 2;
            end[i] = total - begin[i];
          }
        }
      } else {
        begin = longs(settings.ints("padding", axes));
        end = begin;
      }
      return new Geometry(
          new Window(
              longs(kernel), longs(settings.ints("stride", axes)), longs(dilation), begin, end),
          settings.integer("groups"));
    }

    /** Logical dims of the result. */
    long[] output(Activation src, long channels) {
      long[] dims = src.dims();
      dims[1] = channels;
      for (int i = 0; i < window.rank(); i++) {
        dims[i + 2] = window.output(i, dims[i + 2]);
      }
      return dims;
    }

    /** The weights as the kernel takes them, grouped ones with an axis for the groups. */
    MemoryLayout weights(ElementType type, Tensor weight) {
      return weights(type, weight.shape());
    }

    /** The weights of a shape. */
    MemoryLayout weights(ElementType type, Shape shape) {
      long[] dims = longs(shape.toArray());
      if (groups == 1) {
        return MemoryLayout.rowMajor(type, dims);
      }
      long[] grouped = new long[dims.length + 1];
      grouped[0] = groups;
      grouped[1] = dims[0] / groups;
      System.arraycopy(dims, 1, grouped, 2, dims.length - 1);
      return MemoryLayout.rowMajor(type, grouped);
    }

    String operator() {
      return "conv" + window.rank() + "d";
    }
  }

  static Activation lower(Site site, Tensor weight, @Nullable Tensor bias, Geometry geometry) {
    Site.require(site.input().rank() == geometry.window().rank() + 2, "needs a batch axis");
    if (site.input().dtype() == DType.INT32 && weight.dtype() == DType.INT32 && bias == null) {
      return IntegerConvolution.lower(site, site.input(), weight, geometry);
    }
    Site.require(site.input().isFloat() && weight.dtype() == DType.FLOAT32, "needs float32");
    Activation src = site.plan().channelsLast(site.input());
    MemoryLayout dst =
        MemoryLayout.channelsLast(ElementType.F32, geometry.output(src, weight.shape().dim(0)));
    Pending kernel =
        new Pending(
            geometry.operator() + "_f32",
            dst,
            List.of(src),
            Attributes::new,
            attributes -> kernel(src.layout(), weight, bias, dst, geometry, attributes));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }

  /** Where Winograd's pays, what it does not take with it becomes kernels of its own. */
  private static NativeKernel kernel(
      MemoryLayout src,
      Tensor weight,
      @Nullable Tensor bias,
      MemoryLayout dst,
      Geometry geometry,
      Attributes attributes) {
    MemoryLayout weights = geometry.weights(ElementType.F32, weight);
    float[] values = weight.floats();
    float[] added = bias == null ? null : bias.floats();
    Window window = geometry.window();
    return Winograd.pays(weight, dst, geometry)
        ? Kernels.winograd(src, weights, values, added, dst, window, attributes, Kernels.FASTEST)
        : Kernels.convolution(src, weights, values, added, dst, window, attributes);
  }

  static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
