package io.octant.quantization.observer;

import java.util.Collections;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The observer classes of all providers. */
final class ObserverTypes {
  /** By the name that a spec gives. */
  static final SortedMap<String, ObserverFactory> ALL = all();

  private ObserverTypes() {}

  private static SortedMap<String, ObserverFactory> all() {
    SortedMap<String, ObserverFactory> out = new TreeMap<>();
    for (ObserverProvider provider :
        ServiceLoader.load(ObserverProvider.class, ObserverProvider.class.getClassLoader())) {
      out.putAll(provider.factories());
    }
    return Collections.unmodifiableSortedMap(out);
  }
}
