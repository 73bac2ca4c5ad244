package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parts of an object, all of which have to be known. */
record Parts(ConfigObject object) {

  /**
   * @throws Misread if the object has another part
   */
  static Parts of(ConfigObject object, Set<String> known) {
    for (String name : object.keySet().stream().sorted().toList()) {
      if (!known.contains(name)) {
        throw new Misread(
            name,
            "unknown",
            "one of " + String.join(", ", new TreeSet<>(known)),
            Objects.requireNonNull(object.get(name)).origin());
      }
    }
    return new Parts(object);
  }

  /** A part, or empty if it is absent or null. */
  <T> Optional<T> find(String name, Kind<T> kind) {
    ConfigValue value = object.get(name);
    if (value == null || value.valueType() == ConfigValueType.NULL) {
      return Optional.empty();
    }
    Optional<T> read;
    try {
      read = kind.reader().apply(value);
    } catch (Misread e) {
      throw e.below(name);
    }
    return Optional.of(read.orElseThrow(() -> misread(name, value, kind.description())));
  }

  /** A part that may not be missing. */
  <T> T require(String name, Kind<T> kind) {
    return find(name, kind)
        .orElseThrow(() -> new Misread(name, "absent", kind.description(), object.origin()));
  }

  boolean has(String name) {
    return object.containsKey(name);
  }

  static Misread misread(String name, ConfigValue value, String expected) {
    return new Misread(name, value.render(ConfigRenderOptions.concise()), expected, value.origin());
  }

  /** The part as it stands cannot be used. */
  Misread refused(String name, String expected) {
    return misread(name, Objects.requireNonNull(object.get(name)), expected);
  }
}
