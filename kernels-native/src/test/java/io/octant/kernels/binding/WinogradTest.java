package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Winograd's convolutions on every variant, against sums of products in double. */
class WinogradTest {
  private static final double EPSILON = Math.ulp(1f);
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private final TestData data = new TestData(55);

  /** Padding is that above, to the left, below and to the right. */
  record Case(int n, int in, int out, int height, int width, int[] pad) {
    int outHeight() {
      return height + pad[0] + pad[2] - 2;
    }

    int outWidth() {
      return width + pad[1] + pad[3] - 2;
    }

    MemoryLayout src() {
      return MemoryLayout.channelsLast(ElementType.F32, n, in, height, width);
    }

    MemoryLayout dst() {
      return MemoryLayout.channelsLast(ElementType.F32, n, out, outHeight(), outWidth());
    }

    MemoryLayout weights() {
      return MemoryLayout.rowMajor(ElementType.F32, out, in, 3, 3);
    }

    MemoryLayout byChannel() {
      return MemoryLayout.rowMajor(ElementType.F32, 1, out, 1, 1);
    }

    Window window() {
      long[] three = {3, 3};
      long[] one = {1, 1};
      return new Window(three, one, one, new long[] {pad[0], pad[1]}, new long[] {pad[2], pad[3]});
    }

    NativeKernel kernel(float[] weights, float[] bias, Attributes attributes, String isa) {
      return Kernels.winograd(src(), weights(), weights, bias, dst(), window(), attributes, isa);
    }

    /**
     * The sum of products of a result; its magnitude, in which a channel counts as nine times its
     * largest pixel and its largest weight, as both are added up before they are multiplied. What
     * lies in the padding is not read.
     */
    double[] sum(float[] src, float[] weights, int result) {
      int o = result % out;
      int x = result / out % outWidth();
      int y = result / out / outWidth() % outHeight();
      int image = result / out / outWidth() / outHeight();
      double sum = 0;
      double magnitude = 0;
      for (int i = 0; i < in; i++) {
        double pixels = 0;
        double factors = 0;
        for (int tap = 0; tap < 9; tap++) {
          double weight = weights[(o * in + i) * 9 + tap];
          factors = Math.max(factors, Math.abs(weight));
          int h = y - pad[0] + tap / 3;
          int w = x - pad[1] + tap % 3;
          if (h < 0 || h >= height || w < 0 || w >= width) {
            continue;
          }
          double pixel = src[((image * height + h) * width + w) * in + i];
          sum += pixel * weight;
          pixels = Math.max(pixels, Math.abs(pixel));
        }
        magnitude += 9 * pixels * factors;
      }
      return new double[] {sum, magnitude};
    }

    @Override
    public String toString() {
      return n
          + "x"
          + in
          + "x"
          + height
          + "x"
          + width
          + " to "
          + out
          + ", padding "
          + pad[0]
          + pad[1]
          + pad[2]
          + pad[3];
    }
  }

  /** Odd and even sizes, single results, half panels, blocks that end within a sample. */
  static Stream<Case> cases() {
    return Stream.of(
        new Case(1, 16, 16, 3, 3, new int[] {0, 0, 0, 0}),
        new Case(2, 16, 48, 1, 1, new int[] {1, 1, 1, 1}),
        new Case(3, 32, 16, 7, 7, new int[] {1, 1, 1, 1}),
        new Case(2, 48, 80, 8, 5, new int[] {0, 1, 2, 0}),
        new Case(2, 16, 32, 6, 9, new int[] {2, 2, 2, 2}),
        new Case(2, 64, 32, 29, 30, new int[] {1, 1, 1, 1}),
        new Case(1, 16, 16, 4, 6, new int[] {3, 0, 5, 4}));
  }

  private static List<String> variants() {
    return NativeLibrary.find().orElseThrow().variants();
  }

  private static float[] run(NativeKernel kernel, Case c, float[] src) {
    return Execution.floats(Execution.run(kernel, c.dst().bytes(), Execution.bytes(src)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyVariantGivesTheSumsOfProductsAndTheSameBits(Case c) {
    float[] src = data.floats(c.src().elements());
    float[] weights = data.floats(c.weights().elements());
    float[] bias = data.floats(c.out());
    float[] first = null;
    for (String variant : variants()) {
      try (Attributes none = new Attributes();
          NativeKernel kernel = c.kernel(weights, bias, none, variant)) {
        assertThat(kernel.implementation()).isEqualTo("winograd:" + variant);
        assertThat(kernel.multiplyAdds()).isEqualTo(9L * c.in() * c.dst().elements());
        float[] actual = run(kernel, c, src);
        if (first == null) {
          first = actual;
          assertClose(c, src, weights, bias, actual);
        } else {
          assertThat(actual).as(variant).isEqualTo(first);
        }
      }
    }
  }

  private static void assertClose(
      Case c, float[] src, float[] weights, float[] bias, float[] actual) {
    for (int i = 0; i < actual.length; i++) {
      double[] sum = c.sum(src, weights, i);
      double magnitude = sum[1] + Math.abs(bias[i % c.out()]);
      assertThat((double) actual[i])
          .as("value %s of %s", i, c)
          .isCloseTo(sum[0] + bias[i % c.out()], within(4 * EPSILON * magnitude));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSampleDoesNotFeelItsNeighbours(Case c) {
    Case many = new Case(7, c.in(), c.out(), c.height(), c.width(), c.pad());
    float[] weights = data.floats(many.weights().elements());
    float[] src = data.floats(many.src().elements());
    try (Attributes none = new Attributes();
        NativeKernel kernel = many.kernel(weights, null, none, Kernels.FASTEST)) {
      byte[] all = Neighbours.run(kernel, many.dst().bytes(), src);
      Neighbours.assertRotationMovesResults(
          7, src, all, rotated -> Neighbours.run(kernel, all.length, rotated));
    }
  }

  @Test
  void whatFollowsIsDoneInItsOrderAndMayBeDoneInPlace() {
    Case c = new Case(2, 32, 48, 7, 6, new int[] {1, 1, 1, 1});
    float[] src = data.floats(c.src().elements());
    float[] weights = data.floats(c.weights().elements());
    float[] factor = data.floats(c.out());
    float[] shift = data.floats(c.out());
    float[] addend = data.floats(c.dst().elements());
    for (String variant : variants()) {
      float[] plain;
      try (Attributes none = new Attributes();
          NativeKernel kernel = c.kernel(weights, null, none, variant)) {
        plain = run(kernel, c, src);
      }
      try (Attributes attributes =
              new Attributes()
                  .then(Binary.MUL, c.byChannel())
                  .then(Binary.ADD, c.byChannel())
                  .then(Binary.ADD, c.dst())
                  .then(Unary.RELU, 0, 0)
                  .then(Unary.CLIP, 0.5f, 6);
          NativeKernel kernel = c.kernel(weights, null, attributes, variant);
          NativeMemory from = memory(src);
          NativeMemory to = memory(addend);
          NativeMemory times = memory(factor);
          NativeMemory plus = memory(shift);
          NativeMemory scratch = new NativeMemory(kernel.scratchBytes());
          NativeCall call =
              kernel.bind(
                  new long[] {
                    from.address(0), to.address(0), times.address(0), plus.address(0), to.address(0)
                  },
                  scratch.address(0))) {
        call.run(Long.MAX_VALUE);
        float[] actual = new float[addend.length];
        floats(to, actual.length).get(actual);
        for (int i = 0; i < actual.length; i++) {
          float x = plain[i] * factor[i % c.out()] + shift[i % c.out()] + addend[i];
          assertThat(actual[i])
              .as("value %s on %s", i, variant)
              .isEqualTo(Math.min(Math.max(x, 0.5f), 6f));
        }
      }
    }
  }

  private static NativeMemory memory(float[] values) {
    NativeMemory memory = new NativeMemory(4L * values.length);
    floats(memory, values.length).put(values);
    return memory;
  }

  private static FloatBuffer floats(NativeMemory memory, int n) {
    return memory.view(0, 4L * n).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Also beside weights of 0, and of magnitudes that their neighbours' last digits hide. */
  @Test
  void nonFinitePixelsGiveWhatSumsOfProductsGive() {
    Case c = new Case(2, 16, 16, 9, 9, new int[] {1, 1, 1, 1});
    float[] weights = data.floats(c.weights().elements());
    for (int i = 0; i < weights.length; i++) {
      int kind = data.below(4);
      weights[i] *= kind == 0 ? 0 : kind == 1 ? 1e-12f : 1;
    }
    float[] specials = {Float.NaN, INFINITY, -INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, 3e38f};
    for (String variant : variants()) {
      try (Attributes none = new Attributes();
          NativeKernel kernel = c.kernel(weights, null, none, variant)) {
        for (int round = 0; round < 12; round++) {
          float[] src = data.floats(c.src().elements());
          for (int i = 0; i < 2; i++) {
            src[data.below(src.length)] = specials[(round + i * (round / 6)) % specials.length];
          }
          assertSameClasses(c, src, weights, run(kernel, c, src), variant);
        }
      }
    }
  }

  private static void assertSameClasses(
      Case c, float[] src, float[] weights, float[] actual, String variant) {
    for (int i = 0; i < actual.length; i++) {
      double[] sum = c.sum(src, weights, i);
      float expected = (float) sum[0];
      String as = "value " + i + " on " + variant + " of " + sum[0];
      if (Float.isFinite(expected)) {
        assertThat((double) actual[i]).as(as).isCloseTo(sum[0], within(4 * EPSILON * sum[1]));
      } else {
        assertThat(Float.valueOf(actual[i])).as(as).isEqualTo(Float.valueOf(expected));
      }
    }
  }

  @Test
  void refusesWhatItDoesNotCompute() {
    float[] weights = new float[16 * 16 * 9];
    weights[7] = INFINITY;
    Case c = new Case(1, 16, 16, 8, 8, new int[] {1, 1, 1, 1});
    try (Attributes none = new Attributes();
        Attributes swish = new Attributes().then(Unary.SWISH, 1, 0)) {
      assertThatThrownBy(() -> c.kernel(weights, null, none, Kernels.FASTEST))
          .isInstanceOf(UnsupportedKernelException.class)
          .hasMessageContaining("not finite");
      weights[7] = 1;
      assertThatThrownBy(() -> c.kernel(weights, null, swish, Kernels.FASTEST))
          .isInstanceOf(UnsupportedKernelException.class)
          .hasMessageContaining("post-operation");
      Case odd = new Case(1, 16, 17, 8, 8, new int[] {1, 1, 1, 1});
      assertThatThrownBy(() -> odd.kernel(new float[16 * 17 * 9], null, none, Kernels.FASTEST))
          .isInstanceOf(UnsupportedKernelException.class)
          .hasMessageContaining("16 channels");
    }
  }
}
