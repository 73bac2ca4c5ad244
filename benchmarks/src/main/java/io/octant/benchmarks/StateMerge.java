package io.octant.benchmarks;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.TensorStatistics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What it costs to merge the calibration states of many tasks, in CPU time of one thread: {@code
 * StateMerge [STATES [IMAGES]]}, 10,000 states of a resnet50 after 64 images each by default. Tasks
 * pack their states, other tasks fold them in groups of √n, and the driver folds the groups, as a
 * job does; what Spark adds is not in it.
 */
public final class StateMerge {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** States that differ; more are these again. */
  private static final int DISTINCT = 16;

  private StateMerge() {}

  /** Prints a line for each step. */
  public static void main(String[] args) {
    int states = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int images = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    List<CalibrationState> seen = new ArrayList<>();
    List<byte[]> packed = new ArrayList<>();
    for (int i = 0; i < DISTINCT; i++) {
      seen.add(SyntheticState.resnet50(images, i));
      packed.add(seen.get(i).toPackedBytes());
    }
    run(packed, Math.min(states, 20 * DISTINCT)); // so that the code is compiled

    int tensors = seen.get(0).statistics(TensorStatistics.KIND).size();
    long bytes = packed.stream().mapToLong(b -> b.length).sum() / DISTINCT;
    long kept = seen.get(0).toBytes().length;
    System.out.printf(Locale.ROOT, "%d tensors, %d images a state%n", tensors, images);
    System.out.printf(
        Locale.ROOT,
        "bytes a tensor: %d packed, %d as kept on disk%n",
        bytes / tensors,
        kept / tensors);
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < states; i++) {
      seen.get(i % DISTINCT).toPackedBytes();
    }
    double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT, "packing: %.1f s, %.2f ms a state%n", seconds, 1e3 * seconds / states);
    double[] fold = run(packed, states);
    System.out.printf(
        Locale.ROOT,
        "folding %d states: %.1f s on executors, %.2f ms a state%n",
        states,
        fold[0],
        1e3 * fold[0] / states);
    System.out.printf(
        Locale.ROOT, "and %.2f s on the driver, with the merged state written%n", fold[1]);
  }

  /** Seconds on executors and on the driver. */
  private static double[] run(List<byte[]> packed, int states) {
    int groups = (int) Math.ceil(Math.sqrt(states));
    long start = THREADS.getCurrentThreadCpuTime();
    List<byte[]> folded = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      List<byte[]> group = new ArrayList<>();
      for (int i = g; i < states; i += groups) {
        group.add(packed.get(i % DISTINCT));
      }
      folded.add(fold(group).toPackedBytes());
    }
    long middle = THREADS.getCurrentThreadCpuTime();
    fold(folded).toBytes();
    long end = THREADS.getCurrentThreadCpuTime();
    return new double[] {(middle - start) / 1e9, (end - middle) / 1e9};
  }

  private static CalibrationState fold(List<byte[]> states) {
    CalibrationState sum = CalibrationState.fromPackedBytes(states.get(0));
    states.subList(1, states.size()).forEach(sum::mergePacked);
    return sum;
  }
}
