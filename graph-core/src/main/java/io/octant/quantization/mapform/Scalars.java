package io.octant.quantization.mapform;

import org.jspecify.annotations.Nullable;

/**
 * Reads single values of a map; the caller says where they stand.
 *
 * <p>No PyTorch counterpart.
 */
public final class Scalars {
  private Scalars() {}

  /**
   * A string.
   *
   * @throws ConfigurationException if the value is none
   */
  public static String text(@Nullable Object value) {
    if (value instanceof String s) {
      return s;
    }
    throw new ConfigurationException(value + ", expected a string");
  }

  /**
   * An integer of 32 bits; 2.0 counts as one.
   *
   * @throws ConfigurationException if the value is none
   */
  public static int integer(@Nullable Object value) {
    if (value instanceof Number n && n.doubleValue() == n.intValue()) {
      return n.intValue();
    }
    throw new ConfigurationException(value + ", expected an integer");
  }
}
