package io.octant.operator;

import java.util.List;

/**
 * A parameter list and the names that it goes by.
 *
 * @param parameters as Python writes them: {@code input, dim=None, *, dtype=None}
 * @param names canonical function names, or methods with a leading dot
 */
public record CallForm(String parameters, List<String> names) {
  public CallForm {
    names = List.copyOf(names);
  }
}
