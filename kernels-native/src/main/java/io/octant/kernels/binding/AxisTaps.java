package io.octant.kernels.binding;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What each output position of an axis reads.
 *
 * @param at positions in the input, one array for each output position
 * @param weight what each is multiplied with
 */
@SuppressWarnings("ArrayRecordComponent")
public record AxisTaps(int[][] at, double[][] weight) {

  /** An axis of one position that stays. */
  public static AxisTaps single() {
    return new AxisTaps(new int[][] {{0}}, new double[][] {{1}});
  }

  long[] positions(long in) {
    long[] begin = new long[at.length + 1];
    for (int i = 0; i < at.length; i++) {
      begin[i + 1] = begin[i] + at[i].length;
    }
    return LongStream.concat(
            LongStream.of(in, at.length),
            LongStream.concat(
                Arrays.stream(begin),
                Arrays.stream(at).flatMapToInt(Arrays::stream).asLongStream()))
        .toArray();
  }

  double[] weights() {
    return Arrays.stream(weight).flatMapToDouble(Arrays::stream).toArray();
  }
}
