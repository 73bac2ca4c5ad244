package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantize, dequantize, clamp and pool: every variant against the formula, bit for bit. */
class QuantizeTest {
  private static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 1009};
  private final TestData data = new TestData(11);

  static Stream<String> variants() {
    return NativeLibrary.find().orElseThrow().variants().stream();
  }

  private static int quantize(float x, Affine q) {
    return Quantizer.quantize(
        x, Quantizer.inverse(q.scale()), q.zeroPoint(), new QRange(q.low(), q.high()));
  }

  private static float dequantize(byte q, Affine a) {
    int value = a.type() == ElementType.U8 ? q & 255 : q;
    return Quantizer.dequantize(value, a.scale(), a.zeroPoint());
  }

  private float[] edges(int n) {
    float[] special = {
      0f,
      -0f,
      0.5f,
      1.5f,
      2.5f,
      -0.5f,
      -1.5f,
      1e30f,
      -1e30f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MIN_VALUE,
      3e9f,
      -3e9f
    };
    float[] out = data.floats(n);
    for (int i = 0; i < n; i += 3) {
      out[i] = special[data.below(special.length)];
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void quantizeRoundsHalfToEvenAndSaturates(String isa) {
    for (Affine q :
        new Affine[] {
          Affine.of(ElementType.U8, 1, 10),
          Affine.of(ElementType.U8, 0.0173, 0),
          Affine.of(ElementType.S8, 0.02, -3),
          new Affine(ElementType.U8, 0.01f, 64, 0, 127)
        }) {
      for (int n : SIZES) {
        float[] src = edges(n);
        try (NativeKernel kernel = Kernels.quantize(n, q, isa)) {
          assertThat(kernel.implementation()).endsWith(isa);
          byte[] actual = Execution.run(kernel, n, Execution.bytes(src)).array();
          for (int i = 0; i < n; i++) {
            assertThat(actual[i]).as("%s by %s", src[i], q).isEqualTo((byte) quantize(src[i], q));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void dequantizeIsExactInFloat(String isa) {
    for (Affine q :
        new Affine[] {Affine.of(ElementType.U8, 0.3, 10), Affine.of(ElementType.S8, 0.02, -3)}) {
      for (int n : SIZES) {
        byte[] src = data.bytes(n);
        try (NativeKernel kernel = Kernels.dequantize(n, q, isa)) {
          float[] actual = Execution.floats(Execution.run(kernel, n * 4L, Execution.bytes(src)));
          for (int i = 0; i < n; i++) {
            assertThat(actual[i]).isEqualTo(dequantize(src[i], q));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void clampKeepsValuesWithinBounds(String isa) {
    for (int n : SIZES) {
      byte[] src = data.bytes(n);
      try (NativeKernel unsigned = Kernels.clamp(ElementType.U8, n, 20, 200, isa);
          NativeKernel signed = Kernels.clamp(ElementType.S8, n, -7, 90, isa)) {
        byte[] u8 = Execution.run(unsigned, n, Execution.bytes(src)).array();
        byte[] s8 = Execution.run(signed, n, Execution.bytes(src)).array();
        for (int i = 0; i < n; i++) {
          assertThat(u8[i] & 255).isEqualTo(Math.max(20, Math.min(200, src[i] & 255)));
          assertThat(s8[i]).isEqualTo((byte) Math.max(-7, Math.min(90, src[i])));
        }
      }
    }
  }

  @Test
  void lookUpReadsTheTable() {
    byte[] table = data.bytes(256);
    for (int n : SIZES) {
      byte[] src = data.bytes(n);
      try (NativeKernel kernel = Kernels.lookUp(n, table)) {
        byte[] actual = Execution.run(kernel, n, Execution.bytes(src)).array();
        for (int i = 0; i < n; i++) {
          assertThat(actual[i]).isEqualTo(table[src[i] & 255]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void averagePoolDividesTheSumOfWhatIsNotPadding(String isa) {
    int zero = 9;
    int channels = 19;
    MemoryLayout src = MemoryLayout.channelsLast(ElementType.U8, 2, channels, 5, 7);
    MemoryLayout dst = MemoryLayout.channelsLast(ElementType.U8, 2, channels, 3, 4);
    Window window =
        new Window(
            new long[] {3, 3},
            new long[] {2, 2},
            new long[] {1, 1},
            new long[] {1, 1},
            new long[] {1, 1});
    for (QuantizedPool.Padding padding : QuantizedPool.Padding.values()) {
      byte[] in = data.bytes(src.elements());
      byte[] actual;
      try (NativeKernel kernel =
          Kernels.averagePool(new QuantizedPool(src, dst, zero, window, padding), isa)) {
        actual = Execution.run(kernel, dst.bytes(), Execution.bytes(in)).array();
      }
      for (int i = 0; i < actual.length; i++) {
        int c = i % channels;
        int ow = i / channels % 4;
        int oh = i / channels / 4 % 3;
        int n = i / channels / 12;
        int sum = 0;
        int inside = 0;
        for (int h = Math.max(oh * 2 - 1, 0); h < Math.min(oh * 2 + 2, 5); h++) {
          for (int w = Math.max(ow * 2 - 1, 0); w < Math.min(ow * 2 + 2, 7); w++) {
            sum += (in[((n * 5 + h) * 7 + w) * channels + c] & 255) - zero;
            inside++;
          }
        }
        int count = padding == QuantizedPool.Padding.COUNTED ? 9 : inside;
        double mean = Math.rint(sum / (double) count + zero);
        assertThat(actual[i] & 255).isEqualTo((int) Math.max(0, Math.min(255, mean)));
      }
    }
  }
}
