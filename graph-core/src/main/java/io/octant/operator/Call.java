package io.octant.operator;

import java.util.List;

/**
 * A parameter list and the names that it goes by.
 *
 * @param parameters as Python writes them: {@code input, dim=None, *, dtype=None}
 * @param names canonical function names, or methods with a leading dot
 */
public record Call(String parameters, List<String> names) {
  public Call {
    names = List.copyOf(names);
  }
}
