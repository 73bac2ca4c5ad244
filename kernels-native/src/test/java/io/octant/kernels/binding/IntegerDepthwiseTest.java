package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Depthwise 8-bit layers of every instruction set on random geometries: odd channels, tiny
 * pictures, windows larger than the picture, padding on one side, strides beyond the window.
 */
class IntegerDepthwiseTest {
  private static final int GEOMETRIES = 250;
  private static final float SRC_SCALE = 0.02f;
  private static final float WEIGHT_SCALE = 0.01f;

  private final TestData data = new TestData(31);

  private record Layer(
      MemoryLayout src, MemoryLayout weights, MemoryLayout dst, Window window, long[] dilation) {
    int spatial() {
      return window.rank();
    }

    /** The sum of one result, position by position; padding is the real number 0. */
    int sum(byte[] src, byte[] weights, int zero, long channel, long[] position) {
      int taps = Math.toIntExact(this.weights.elements() / this.src.dim(1));
      int sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        long at = position[0];
        boolean inside = true;
        int rest = tap;
        long[] index = new long[spatial()];
        for (int i = spatial() - 1; i >= 0; i--) {
          long k = rest % window.kernel(i);
          rest = Math.toIntExact(rest / window.kernel(i));
          index[i] = position[i + 1] * window.stride(i) - window.padBegin(i) + k * dilation[i];
          inside &= index[i] >= 0 && index[i] < this.src.dim(i + 2);
        }
        if (inside) {
          for (int i = 0; i < spatial(); i++) {
            at = at * this.src.dim(i + 2) + index[i];
          }
          byte x = src[Math.toIntExact(at * this.src.dim(1) + channel)];
          int value = this.src.type() == ElementType.U8 ? x & 255 : x;
          sum += (value - zero) * weights[Math.toIntExact(channel * taps + tap)];
        }
      }
      return sum;
    }
  }

  private static List<String> variants() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    List<String> out = new ArrayList<>(library.variants());
    if (library.isa().matches("avx512_core_(vnni|bf16|fp16|amx).*")) {
      out.add("avx512_vnni");
    }
    if (library.isa().startsWith("avx2_vnni")) {
      out.add("avx2_vnni");
    }
    return out;
  }

  private int pick(int... values) {
    return values[data.below(values.length)];
  }

  private Layer layer(ElementType type) {
    int rank = pick(1, 2, 2, 2, 2, 3);
    int channels = pick(2, 3, 8, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 72, 97, 130);
    long[] src = new long[rank + 2];
    long[] dst = new long[rank + 2];
    long[] weights = new long[rank + 3];
    src[0] = dst[0] = 1 + data.below(3);
    src[1] = dst[1] = weights[0] = channels;
    weights[1] = weights[2] = 1;
    long[] kernel = new long[rank];
    long[] stride = new long[rank];
    long[] dilation = new long[rank];
    long[] begin = new long[rank];
    long[] end = new long[rank];
    for (int i = 0; i < rank; i++) {
      kernel[i] = rank == 3 ? pick(1, 2, 3) : pick(1, 2, 3, 3, 3, 4, 5, 6, 7, 9);
      stride[i] = pick(1, 1, 1, 2, 2, 3, 5);
      dilation[i] = pick(1, 1, 1, 2, 3);
      begin[i] = data.below((int) kernel[i] + 1);
      end[i] = data.below((int) kernel[i] + 1);
      long extent = dilation[i] * (kernel[i] - 1) + 1;
      long least = Math.max(1, extent - begin[i] - end[i]);
      boolean wide = i == rank - 1 && rank < 3 && data.below(4) == 0;
      src[i + 2] = least + data.below(wide ? 150 : 9);
      weights[i + 3] = kernel[i];
    }
    Window window = new Window(kernel, stride, dilation, begin, end);
    for (int i = 0; i < rank; i++) {
      dst[i + 2] = window.output(i, src[i + 2]);
    }
    return new Layer(
        MemoryLayout.channelsLast(type, src),
        MemoryLayout.rowMajor(ElementType.S8, weights),
        MemoryLayout.channelsLast(type, dst),
        window,
        dilation);
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"U8", "S8"})
  void everyIntegerIsThatOfTheFormula(ElementType type) {
    for (int i = 0; i < GEOMETRIES; i++) {
      check(layer(type), type == ElementType.S8, RequantizationRule.values()[i % 3], i % 5);
    }
  }

  private void check(Layer layer, boolean isSigned, RequantizationRule rule, int follows) {
    byte[] src = data.bytes(layer.src.elements());
    byte[] weights = data.bytes(layer.weights.elements());
    if (data.below(4) == 0) {
      Arrays.fill(src, (byte) (isSigned ? 127 : 255));
      Arrays.fill(weights, (byte) -128);
    }
    float[] bias = data.floats(layer.dst.dim(1));
    float scale = 0.05f * (float) Math.sqrt(layer.weights.elements() / (double) layer.dst.dim(1));
    int srcZero = isSigned ? -7 : 11;
    int dstZero = isSigned ? -30 : pick(0, 61);
    byte[] expected = new byte[Math.toIntExact(layer.dst.elements())];
    for (int i = 0; i < expected.length; i++) {
      int channel = Math.toIntExact(i % layer.dst.dim(1));
      long rest = i / layer.dst.dim(1);
      long[] position = new long[layer.spatial() + 1];
      for (int d = layer.spatial(); d > 0; d--) {
        position[d] = rest % layer.dst.dim(d + 1);
        rest /= layer.dst.dim(d + 1);
      }
      position[0] = rest;
      int sum = layer.sum(src, weights, srcZero, channel, position);
      expected[i] = rounded(sum, bias[channel], scale, dstZero, isSigned, rule, follows);
    }
    for (String variant : variants()) {
      try (Attributes attributes = attributes(scale, srcZero, dstZero, follows);
          NativeKernel kernel =
              Kernels.integerLayer(
                  layer.src,
                  layer.weights,
                  weights,
                  bias,
                  layer.dst,
                  layer.window,
                  attributes,
                  rule,
                  variant)) {
        assertThat(kernel.implementation()).isEqualTo("integer_layer:" + variant);
        ByteBuffer actual = Execution.run(kernel, layer.dst.bytes(), Execution.bytes(src));
        byte[] got = new byte[expected.length];
        actual.get(got);
        assertThat(got)
            .as(
                "%s by %s to %s, stride %s, %s, %s, ending %s",
                Arrays.toString(layer.src.dims()),
                Arrays.toString(layer.weights.dims()),
                Arrays.toString(layer.dst.dims()),
                layer.window.stride(layer.spatial() - 1),
                variant,
                rule,
                follows)
            .isEqualTo(expected);
      }
    }
  }

  /** Nothing, ReLU, leaky ReLU, a clamp, and scales of which numbers beyond an int32 come. */
  private static Attributes attributes(float scale, int srcZero, int dstZero, int follows) {
    Attributes out =
        new Attributes()
            .scales(Attributes.Operand.SRC, SRC_SCALE)
            .scales(Attributes.Operand.WEIGHTS, WEIGHT_SCALE)
            .scales(Attributes.Operand.DST, follows == 4 ? 1e-9f * scale : scale)
            .zeroPoint(Attributes.Operand.SRC, srcZero)
            .zeroPoint(Attributes.Operand.DST, dstZero);
    return switch (follows) {
      case 1 -> out.then(Unary.RELU, 0, 0);
      case 2 -> out.then(Unary.RELU, 0.01f, 0);
      case 3 -> out.then(Unary.CLIP, -0.37f, 1.913f);
      default -> out;
    };
  }

  private static byte rounded(
      int sum,
      float bias,
      float wanted,
      int zero,
      boolean isSigned,
      RequantizationRule rule,
      int follows) {
    float scale = follows == 4 ? 1e-9f * wanted : wanted;
    float unit = SRC_SCALE * WEIGHT_SCALE;
    float units = bias / unit;
    if (rule == RequantizationRule.QNNPACK) {
      units = (float) Math.rint(units);
    }
    float x = (sum + units) * (unit / scale);
    x =
        switch (follows) {
          case 1 -> Math.max(x, 0);
          case 2 -> x > 0 ? x : x * 0.01f;
          case 3 -> Math.min(Math.max(x, -0.37f / scale), 1.913f / scale);
          default -> x;
        };
    float whole =
        rule == RequantizationRule.ONEDNN
            ? (float) Math.rint(x + zero)
            : (float) Math.rint(x) + zero;
    return (byte) Math.max(isSigned ? -128 : 0, Math.min(isSigned ? 127 : 255, whole));
  }
}
