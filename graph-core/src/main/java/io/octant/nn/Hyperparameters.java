package io.octant.nn;

import io.octant.graph.Arguments;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the maps that {@link io.octant.graph.Module#hyperparameters} returns. */
public final class Hyperparameters {
  private Hyperparameters() {}

  /**
   * A map in the given order.
   *
   * @param namesAndValues name, value, name, value …; null stands for None
   */
  public static Map<String, Object> of(@Nullable Object... namesAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      out.put(
          String.valueOf(namesAndValues[i]),
          value == null ? None.NONE : Arguments.normalize(value));
    }
    return Collections.unmodifiableMap(out);
  }

  /** Sizes as a tuple of ints. */
  public static Tuple tuple(List<Integer> sizes) {
    return new Tuple(sizes.stream().<Object>map(Integer::longValue).toList());
  }

  /** Sizes as PyTorch keeps them: an int as it was given, several as a tuple. */
  public static Object intOrTuple(List<Integer> sizes) {
    return sizes.size() == 1 ? (Object) sizes.get(0).longValue() : tuple(sizes);
  }

  /** Output sizes of adaptive pools, where None (kept as −1) leaves an axis alone. */
  public static Object outputSize(List<Integer> sizes) {
    List<Object> items =
        sizes.stream().map(s -> s < 0 ? (Object) None.NONE : (Object) s.longValue()).toList();
    return items.size() == 1 ? items.get(0) : new Tuple(items);
  }
}
