package io.octant.jobs.faults;

import java.util.List;
import java.util.stream.Stream;

/** All kinds of faults. */
final class Faults {
  private static final List<Fault> ALL =
      Stream.of(
              ExecutorFaults.kinds(),
              TaskFaults.kinds(),
              DriverFaults.kinds(),
              SweepFaults.kinds(),
              DataFaults.kinds(),
              OutputFaults.kinds(),
              StoreFaults.kinds())
          .flatMap(List::stream)
          .toList();

  private Faults() {}

  static List<Fault> all() {
    return ALL;
  }
}
