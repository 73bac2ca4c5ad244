package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model input that is no batch along its first axis: one of the two, or neither for an input that
 * is one sample's as a whole.
 *
 * @param value in each of its elements, the same for all samples; no column is read
 * @param batchAxis the axis of the samples, from 0
 */
public record InputConfig(Optional<Double> value, OptionalInt batchAxis) {

  static final String DESCRIPTION =
      "{ value = NUMBER }, { batchAxis = NUMBER } or { batchAxis = none }";

  private static final String NONE = "none";

  static Optional<InputConfig> read(ConfigValue value) {
    if (!(value instanceof ConfigObject object) || object.size() != 1) {
      return Optional.empty();
    }
    Map.Entry<String, ConfigValue> only = object.entrySet().iterator().next();
    return Kind.text().reader().apply(only.getValue()).flatMap(v -> of(only.getKey(), v));
  }

  /**
   * By the name of a component and its text; empty if that is no role.
   *
   * @param component value or batchAxis
   */
  public static Optional<InputConfig> of(String component, String text) {
    ConfigValue value = ConfigValueFactory.fromAnyRef(text);
    if (component.equals("value")) {
      return Kind.number(-1e300, 1e300)
          .reader()
          .apply(value)
          .map(v -> new InputConfig(Optional.of(v), OptionalInt.empty()));
    }
    if (!component.equals("batchAxis")) {
      return Optional.empty();
    }
    return text.equals(NONE)
        ? Optional.of(new InputConfig(Optional.empty(), OptionalInt.empty()))
        : Kind.wholeNumber(0)
            .reader()
            .apply(value)
            .map(axis -> new InputConfig(Optional.empty(), OptionalInt.of(axis)));
  }
}
