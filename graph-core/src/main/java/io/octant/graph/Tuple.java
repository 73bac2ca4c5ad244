package io.octant.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A tuple, kept apart from a list because graphs and outputs tell them apart. */
public record Tuple(List<Object> items) {
  public Tuple {
    items = List.copyOf(items);
  }

  /** A tuple of values as in {@link Arguments}. */
  public static Tuple of(Object... items) {
    return new Tuple(List.of(items));
  }

  /**
   * One item.
   *
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public Object item(int index) {
    return items.get(index);
  }

  /** How many items there are. */
  public int size() {
    return items.size();
  }

  @Override
  public String toString() {
    return items.stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", "(", items.size() == 1 ? ",)" : ")"));
  }
}
