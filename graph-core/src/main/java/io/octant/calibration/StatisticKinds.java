package io.octant.calibration;

import io.octant.OctantException;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The kinds of statistics there are. */
final class StatisticKinds {
  /** Those that every state has a section for, in the order of the sections. */
  static final List<StatisticKind<?>> OWN =
      List.of(TensorStatistics.KIND, ChannelRanges.KIND, BatchExtrema.KIND);

  private static final SortedMap<String, StatisticKind<?>> OTHERS = others();

  private StatisticKinds() {}

  private static SortedMap<String, StatisticKind<?>> others() {
    SortedMap<String, StatisticKind<?>> out = new TreeMap<>();
    for (StatisticKind<?> kind :
        ServiceLoader.load(StatisticKind.class, StatisticKind.class.getClassLoader())) {
      StatisticKind<?> before = out.put(kind.name(), kind);
      boolean taken = before != null || OWN.stream().anyMatch(k -> k.name().equals(kind.name()));
      if (taken) {
        throw new OctantException(
            "Cannot use statistic "
                + kind.getClass().getName()
                + ": name "
                + kind.name()
                + " is taken, expected one of its own");
      }
    }
    return Collections.unmodifiableSortedMap(out);
  }

  /**
   * A kind of another package.
   *
   * @throws OctantException if there is none of the name
   */
  static StatisticKind<?> other(String thing, String name) {
    StatisticKind<?> kind = OTHERS.get(name);
    if (kind == null) {
      throw new OctantException(
          "Cannot read "
              + thing
              + ": statistics of kind "
              + name
              + ", expected one of "
              + OTHERS.keySet()
              + " or a provider of it on the class path");
    }
    return kind;
  }
}
