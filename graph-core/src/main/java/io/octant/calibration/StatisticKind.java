package io.octant.calibration;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A class of statistics as calibration states hold it. Those of other packages are found by {@link
 * java.util.ServiceLoader}, so that a state with them can be read.
 *
 * <p>Stateless, thread-safe. No PyTorch counterpart.
 *
 * @param <S> the class
 */
public interface StatisticKind<S extends Statistic<S>> {
  /** Names the kind in the bytes of a state; unique, and never changed once there are files. */
  String name();

  /** The class of the statistics. */
  Class<S> type();

  /** Writes a statistic; equal ones, equal bytes. */
  void write(S statistic, ByteSink out);

  /**
   * Reads what {@link #write} wrote, and nothing else.
   *
   * @throws io.octant.OctantException if the bytes are no statistic of the kind
   */
  S read(ByteSource in);

  /**
   * Statistics that are all of this kind, in order of their observers.
   *
   * @throws ClassCastException if one is not
   */
  default SortedMap<String, S> all(Map<String, ? extends Statistic<?>> byObserver) {
    SortedMap<String, S> out = new TreeMap<>();
    byObserver.forEach((path, s) -> out.put(path, type().cast(s)));
    return Collections.unmodifiableSortedMap(out);
  }
}
