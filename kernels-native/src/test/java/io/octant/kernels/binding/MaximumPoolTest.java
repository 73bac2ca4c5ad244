package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Max pools of 8-bit images: every variant against the definition. */
class MaximumPoolTest {
  private final TestData data = new TestData(31);

  static Stream<String> variants() {
    return NativeLibrary.find().orElseThrow().variants().stream();
  }

  /** Padding behind windows lets the last one reach beyond the image. */
  private QuantizedPool pool(ElementType type, int channels) {
    long[] kernel = {1 + data.below(4), 1 + data.below(4)};
    long[] begin = {data.below((int) kernel[0] / 2 + 1), data.below((int) kernel[1] / 2 + 1)};
    long[] end = {data.below((int) kernel[0]), data.below((int) kernel[1])};
    long[] stride = {1 + data.below(3), 1 + data.below(3)};
    Window window = new Window(kernel, stride, new long[] {1, 1}, begin, end);
    long[] src = {2, channels, 4 + data.below(5), 4 + data.below(9)};
    long[] dst = {2, channels, window.output(0, src[2]), window.output(1, src[3])};
    return new QuantizedPool(
        MemoryLayout.channelsLast(type, src),
        MemoryLayout.channelsLast(type, dst),
        3,
        window,
        QuantizedPool.Padding.NOT_COUNTED);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyValueIsTheLargestOfItsWindow(String isa) {
    for (ElementType type : new ElementType[] {ElementType.U8, ElementType.S8}) {
      for (int channels : new int[] {16, 17, 31, 32, 47, 63, 64, 65, 130}) {
        for (int i = 0; i < 5; i++) {
          check(pool(type, channels), isa);
        }
      }
    }
  }

  private void check(QuantizedPool pool, String isa) {
    byte[] src = data.bytes(pool.src().elements());
    ByteBuffer actual;
    try (NativeKernel kernel = Kernels.maximumPool(pool, isa)) {
      assertThat(kernel.implementation()).isEqualTo("maximum_pool:" + isa);
      actual = Execution.run(kernel, pool.dst().bytes(), Execution.bytes(src));
    }
    long[] d = pool.dst().dims();
    int at = 0;
    for (long n = 0; n < d[0]; n++) {
      for (long y = 0; y < d[2]; y++) {
        for (long x = 0; x < d[3]; x++) {
          for (long c = 0; c < d[1]; c++) {
            assertThat(value(actual.get(at++), pool.type()))
                .as("%s %s at %s, %s, %s, %s", pool.src(), pool.window(), n, c, y, x)
                .isEqualTo(largest(pool, src, new long[] {n, c, y, x}));
          }
        }
      }
    }
  }

  private static int largest(QuantizedPool pool, byte[] src, long[] at) {
    Window w = Objects.requireNonNull(pool.window());
    long[] s = pool.src().dims();
    int most = pool.type() == ElementType.S8 ? -128 : 0;
    for (long i = 0; i < w.kernel(0); i++) {
      for (long j = 0; j < w.kernel(1); j++) {
        long y = at[2] * w.stride(0) - w.padBegin(0) + i;
        long x = at[3] * w.stride(1) - w.padBegin(1) + j;
        if (y >= 0 && y < s[2] && x >= 0 && x < s[3]) {
          long index = ((at[0] * s[2] + y) * s[3] + x) * s[1] + at[1];
          most = Math.max(most, value(src[(int) index], pool.type()));
        }
      }
    }
    return most;
  }

  private static int value(byte b, ElementType type) {
    return type == ElementType.U8 ? b & 255 : b;
  }

  @Test
  void fewChannelsAreRefused() {
    assertThatThrownBy(() -> Kernels.maximumPool(pool(ElementType.U8, 15), Kernels.FASTEST))
        .isInstanceOf(UnsupportedKernelException.class);
  }
}
