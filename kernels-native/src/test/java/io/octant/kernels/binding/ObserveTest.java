package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.LogLinearGrid;
import io.octant.calibration.TensorStatistics;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native statistics equal those that {@link TensorStatistics} gathers, byte for byte. */
class ObserveTest {
  private final TestData data = new TestData(13);

  static Stream<String> variants() {
    return NativeLibrary.find().orElseThrow().variants().stream();
  }

  /** Every bit pattern is as likely as any other: subnormals, NaN of all payloads, infinities. */
  private float[] anyBits(int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      int bits = data.below(1 << 16) << 16 | data.below(1 << 16);
      out[i] =
          switch (data.below(8)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> Float.intBitsToFloat(bits | 0x7f800000);
            case 3 -> data.below(2) == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            default -> Float.intBitsToFloat(bits);
          };
    }
    return out;
  }

  private static TensorStatistics observe(
      float[] values, long outer, long samples, long inner, long valid, String isa) {
    TensorStatistics statistics = new TensorStatistics();
    try (NativeMemory memory = new NativeMemory(values.length * 4L);
        NativeObserver observer = new NativeObserver();
        NativeKernel kernel = Kernels.observe(outer, samples, inner, isa);
        NativeCall call = kernel.bind(new long[] {memory.address(0), observer.address()}, 0)) {
      memory.view(0, values.length * 4L).asFloatBuffer().put(values);
      call.run(valid);
      observer.drainTo(statistics, outer * valid * inner);
    }
    return statistics;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void statisticsEqualTheReference(String isa) {
    for (int n : new int[] {0, 1, 15, 16, 17, 1009, 511, 512, 513, 1023, 1025, 10007}) {
      float[] values = anyBits(n);
      TensorStatistics expected = new TensorStatistics();
      expected.update(values);
      TensorStatistics actual = observe(values, 1, n, 1, n, isa);
      assertThat(actual).as("%s values", n).isEqualTo(expected);
      assertThat(actual.toBytes()).isEqualTo(expected.toBytes());
    }
  }

  /** One value so often, and others so often that a byte of counts is just full and just over. */
  @ParameterizedTest
  @MethodSource("variants")
  void countsGoOnBeyondAByte(String isa) {
    for (int times : new int[] {255, 256, 257, 511, 512, 70_000}) {
      float[] values = new float[times + 300];
      Arrays.fill(values, 0, times, -1.5f);
      Arrays.fill(values, times, values.length, 1e-38f);
      TensorStatistics expected = new TensorStatistics();
      expected.update(values);
      assertThat(observe(values, 1, values.length, 1, values.length, isa))
          .as("%s times", times)
          .isEqualTo(expected);
    }
  }

  /** What a pass asks for beforehand depends on the extrema that those before it have found. */
  @ParameterizedTest
  @MethodSource("variants")
  void passesAddUp(String isa) {
    float tiny = Float.intBitsToFloat(LogLinearGrid.TINY_BITS - 1);
    float[][] ranges = {{-tiny, tiny}, {1, 2}, {-3, -1}, {-Float.MAX_VALUE, Float.MAX_VALUE}};
    int n = 5000;
    TensorStatistics expected = new TensorStatistics();
    TensorStatistics actual = new TensorStatistics();
    try (NativeMemory memory = new NativeMemory(n * 4L);
        NativeObserver observer = new NativeObserver();
        NativeKernel kernel = Kernels.observe(1, n, 1, isa);
        NativeCall call = kernel.bind(new long[] {memory.address(0), observer.address()}, 0)) {
      for (float[] range : ranges) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          float t = data.below(1 << 20) / (float) (1 << 20);
          values[i] = (1 - t) * range[0] + t * range[1];
        }
        expected.update(values);
        memory.view(0, n * 4L).asFloatBuffer().put(values);
        call.run(n);
      }
      observer.drainTo(actual, (long) n * ranges.length);
    }
    assertThat(actual.toBytes()).isEqualTo(expected.toBytes());
  }

  /** Values below the grid, alone and beside its first bins, of either sign. */
  @ParameterizedTest
  @MethodSource("variants")
  void valuesBelowTheGridCountByTheirSign(String isa) {
    float first = Float.intBitsToFloat(LogLinearGrid.TINY_BITS);
    for (float top : new float[] {Math.nextDown(first), first, 1}) {
      for (float sign : new float[] {1, -1}) {
        float[] values = new float[3000];
        for (int i = 0; i < values.length; i++) {
          values[i] = sign * Float.intBitsToFloat(data.below(LogLinearGrid.TINY_BITS));
        }
        values[17] = sign * top;
        values[18] = -sign * Float.MIN_VALUE;
        TensorStatistics expected = new TensorStatistics();
        expected.update(values);
        TensorStatistics actual = observe(values, 1, values.length, 1, values.length, isa);
        assertThat(actual).as("%s times %s", sign, top).isEqualTo(expected);
        assertThat(actual.toBytes()).isEqualTo(expected.toBytes());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void paddedSamplesAreNotSeen(String isa) {
    float[] values = anyBits(3 * 5 * 7);
    TensorStatistics expected = new TensorStatistics();
    for (int outer = 0; outer < 3; outer++) {
      expected.update(Arrays.copyOfRange(values, outer * 35, outer * 35 + 14));
    }
    assertThat(observe(values, 3, 5, 7, 2, isa)).isEqualTo(expected);
  }

  @Test
  void sharedValuesCountOnceForEachSampleAndDrainingStartsAnew() {
    float[] values = {1, 2, 0};
    TensorStatistics once = new TensorStatistics();
    once.update(values);
    TensorStatistics expected = new TensorStatistics();
    for (int i = 0; i < 4; i++) {
      expected.merge(once);
    }
    try (NativeMemory memory = new NativeMemory(12);
        NativeObserver observer = new NativeObserver();
        NativeKernel kernel = Kernels.observeShared(3, Kernels.FASTEST);
        NativeCall call = kernel.bind(new long[] {memory.address(0), observer.address()}, 0)) {
      memory.view(0, 12).asFloatBuffer().put(values);
      for (int valid : new int[] {3, 1}) {
        call.run(valid);
      }
      TensorStatistics actual = new TensorStatistics();
      observer.drainTo(actual, 4 * values.length);
      assertThat(actual).isEqualTo(expected);
      TensorStatistics empty = new TensorStatistics();
      observer.drainTo(empty, 0);
      assertThat(empty.isEmpty()).isTrue();
    }
  }
}
