package io.octant.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * {@link TensorStatistics} on the way between tasks: as on disk, without version and length, and
 * with {@link PackedCounts} in place of varints. What is read is added to what is there, so that no
 * page is made that is thrown away at once.
 */
final class PackedTensors {
  private PackedTensors() {}

  static void write(TensorStatistics statistics, ByteSink out) {
    TensorStatisticsKind.encode(statistics, out, PackedCounts::write);
  }

  /**
   * Adds what {@link #write} wrote; of no use if this fails.
   *
   * @throws OctantException if the count passes 2^63 − 1, or the bytes say what cannot be
   */
  static void add(ByteSource in, TensorStatistics to) {
    ValueRange range = ValueRange.read(in);
    to.addExtrema(range.min(), range.max());
    to.addSpecial(TensorStatisticsKind.readSpecial(in));
    for (int left = in.u16(); left > 0; left--) {
      int page = in.u16();
      if (!LogLinearGrid.isPage(page)) {
        throw in.corrupt("page " + page + ", expected a grid page");
      }
      to.addCounted(PackedCounts.add(in, to.page(page)));
    }
  }
}
