package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Function;

/** Checks that a sample's result is bit for bit the same wherever it stands in the micro-batch. */
final class Neighbours {
  private Neighbours() {}

  static byte[] run(NativeKernel kernel, long dstBytes, float[] src) {
    return Execution.run(kernel, dstBytes, Execution.bytes(src)).array();
  }

  /**
   * Moves every sample to every position: sample s of the rotated run is sample s + r of the first.
   */
  static void assertRotationMovesResults(
      int samples, float[] src, byte[] results, Function<float[], byte[]> run) {
    int in = src.length / samples;
    int out = results.length / samples;
    for (int r = 1; r < samples; r++) {
      float[] rotated = new float[src.length];
      System.arraycopy(src, r * in, rotated, 0, src.length - r * in);
      System.arraycopy(src, 0, rotated, src.length - r * in, r * in);
      byte[] actual = run.apply(rotated);
      for (int s = 0; s < samples; s++) {
        int from = (s + r) % samples;
        assertThat(Arrays.copyOfRange(actual, s * out, (s + 1) * out))
            .as("sample %s moved to position %s", from, s)
            .isEqualTo(Arrays.copyOfRange(results, from * out, (from + 1) * out));
      }
    }
  }
}
