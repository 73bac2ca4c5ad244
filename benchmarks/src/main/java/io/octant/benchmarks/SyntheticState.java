package io.octant.benchmarks;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.LogLinearGrid;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.SpecialCounts;
import io.octant.calibration.TensorStatistics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Calibration states as of a resnet50 at 224×224: the sizes of its observed tensors, and in each
 * bin a count as draws from a normal distribution, behind a ReLU half of one, would give.
 */
final class SyntheticState {
  private static final CalibrationKey KEY =
      new CalibrationKey(digest("model"), digest("graph"), digest("observers"));

  private SyntheticState() {}

  /** An observed tensor: values of a sample, whether a ReLU is before it, standard deviation. */
  private record Observed(long values, boolean rectified, double deviation) {}

  /**
   * A state of so many images.
   *
   * @param seed states of different seeds have different counts
   */
  static CalibrationState resnet50(int images, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CalibrationState state = new CalibrationState(KEY);
    state.addNumerics(new Numerics("synthetic", "none", "none", "none", 0));
    state.addSamples(new SampleCounts(images, 0, 0));
    List<Observed> tensors = tensors();
    for (int i = 0; i < tensors.size(); i++) {
      state.add("activation_post_process_" + i, statistics(tensors.get(i), images, random));
    }
    return state;
  }

  /** The input, the stem, three convolutions and a sum a block, four shortcuts, and the head. */
  private static List<Observed> tensors() {
    List<Observed> out = new ArrayList<>();
    out.add(new Observed(3L * 224 * 224, false, 1));
    out.add(new Observed(64L * 112 * 112, true, 1));
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 0; stage < blocks.length; stage++) {
      long side = 56 >> stage;
      long width = 64L << stage;
      for (int block = 0; block < blocks[stage]; block++) {
        long first = stage > 0 && block == 0 ? 4 * side * side : side * side;
        out.add(new Observed(width * first, true, 0.5));
        out.add(new Observed(width * side * side, true, 0.5));
        out.add(new Observed(4 * width * side * side, false, 0.3));
        if (block == 0) {
          out.add(new Observed(4 * width * side * side, false, 0.6));
        }
        out.add(new Observed(4 * width * side * side, true, 1 + block));
      }
    }
    out.add(new Observed(2048, true, 0.4));
    out.add(new Observed(1000, false, 2));
    return out;
  }

  private static TensorStatistics statistics(Observed tensor, int images, SplittableRandom random) {
    TensorStatistics out = new TensorStatistics();
    double n = (double) tensor.values() * images;
    if (tensor.rectified()) {
      out.addSpecial(new SpecialCounts(count(n / 2, random), 0, 0, 0, 0, 0));
      out.addExtrema(0, 0);
    }
    for (int page = 0; page < LogLinearGrid.PAGES; page++) {
      if (LogLinearGrid.isPage(page) && !(tensor.rectified() && LogLinearGrid.isNegative(page))) {
        addPage(out, page, n, tensor.deviation(), random);
      }
    }
    return out;
  }

  private static void addPage(
      TensorStatistics out, int page, double n, double deviation, SplittableRandom random) {
    long[] counts = new long[LogLinearGrid.PAGE_BINS];
    for (int slot = 0; slot < counts.length; slot++) {
      double inner = LogLinearGrid.innerEdge(page, slot);
      double outer = LogLinearGrid.outerEdge(page, slot);
      double z = (inner + outer) / 2 / deviation;
      double density = Math.exp(-z * z / 2) / (deviation * Math.sqrt(2 * Math.PI));
      counts[slot] = count(n * density * Math.abs(outer - inner), random);
      if (counts[slot] > 0) {
        out.addExtrema((float) inner, (float) inner);
      }
    }
    out.addPage(page, counts, 0);
  }

  /** A draw from a Poisson distribution, from a rounded normal one where the mean is large. */
  private static long count(double mean, SplittableRandom random) {
    if (mean > 30) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    if (mean < 1e-9) {
      return 0;
    }
    double limit = Math.exp(-mean);
    long k = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      k++;
    }
    return k;
  }

  private static Digest digest(String of) {
    return Digest.of(of.getBytes(StandardCharsets.UTF_8));
  }
}
