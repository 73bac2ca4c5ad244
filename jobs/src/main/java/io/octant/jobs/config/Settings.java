package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A resolved configuration whose keys are all known; reads values by {@link Key}. */
final class Settings {

  private final Config config;
  private final Config spark;

  private Settings(Config config, Config spark) {
    this.config = config;
    this.spark = spark;
  }

  /**
   * Checks every key of {@code config} against the table.
   *
   * @param spark the same, with the values below {@link Keys#SPARK} as {@link SparkKeys} has them
   * @throws SettingsException naming each unknown key, where it stands and the nearest valid key
   */
  static Settings of(Config config, Config spark) {
    List<String> problems = new ArrayList<>();
    collectUnknown("", config.root(), problems);
    if (!problems.isEmpty()) {
      throw new SettingsException(String.join("\n", problems));
    }
    return new Settings(config, spark);
  }

  /** The value of a key with a default or of a required key. */
  <T> T value(Key<T> key) {
    return find(key)
        .or(key::fallback)
        .orElseThrow(
            () ->
                new SettingsException(
                    "Cannot find key %s: absent, expected %s"
                        .formatted(key.path(), key.kind().description())));
  }

  /** The value of an optional key; an explicit null counts as absent. */
  <T> Optional<T> find(Key<T> key) {
    ConfigValue value = valueAt(key.path());
    if (value == null || value.valueType() == ConfigValueType.NULL) {
      return Optional.empty();
    }
    Optional<T> read;
    try {
      read = key.kind().reader().apply(value);
    } catch (Misread e) {
      throw e.of(key.path());
    }
    if (read.isEmpty()) {
      throw new SettingsException(
          "Cannot read key %s: %s, expected %s%s"
              .formatted(
                  key.path(),
                  value.render(ConfigRenderOptions.concise()),
                  key.kind().description(),
                  where(value.origin())));
    }
    return read;
  }

  /** Everything below {@link Keys#SPARK}, whether nested or written as quoted keys. */
  Map<String, String> spark() {
    Map<String, String> properties = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : spark.root().entrySet()) {
      if (isSpark(entry.getKey())) {
        collectSpark(entry.getKey(), entry.getValue(), properties);
      }
    }
    return properties;
  }

  private @Nullable ConfigValue valueAt(String path) {
    return config.hasPathOrNull(path) && !config.getIsNull(path) ? config.getValue(path) : null;
  }

  private static void collectSpark(String path, ConfigValue value, Map<String, String> properties) {
    switch (value.valueType()) {
      case OBJECT ->
          ((ConfigObject) value)
              .forEach(
                  (name, child) ->
                      collectSpark(name.isEmpty() ? path : path + "." + name, child, properties));
      case STRING, NUMBER, BOOLEAN -> properties.put(path, String.valueOf(value.unwrapped()));
      case LIST, NULL ->
          throw new SettingsException(
              "Cannot read key %s: %s, expected a text%s"
                  .formatted(path, value.unwrapped(), where(value.origin())));
    }
  }

  private static void collectUnknown(String prefix, ConfigObject object, List<String> problems) {
    for (String name : object.keySet().stream().sorted().toList()) {
      String path = prefix.isEmpty() ? name : prefix + "." + name;
      ConfigValue value = object.get(name);
      boolean known = isSpark(path) || Keys.all().stream().anyMatch(key -> key.path().equals(path));
      if (known || value == null) {
        continue;
      }
      boolean inner = Keys.all().stream().anyMatch(key -> key.path().startsWith(path + "."));
      if (inner && value.valueType() == ConfigValueType.NULL) {
        continue; // A section that is taken back.
      }
      if (value instanceof ConfigObject child && (inner || !child.isEmpty())) {
        collectUnknown(path, child, problems);
      } else if (inner) {
        problems.add(
            "Cannot read key %s: %s, expected an object%s"
                .formatted(path, value.unwrapped(), where(value.origin())));
      } else {
        problems.add(unknown(path, value.origin()));
      }
    }
  }

  private static String unknown(String path, ConfigOrigin origin) {
    return "Cannot use key %s: unknown, expected %s%s"
        .formatted(path, NearestKey.to(path), where(origin));
  }

  static boolean isSpark(String path) {
    return path.equals(Keys.SPARK) || path.startsWith(Keys.SPARK + ".");
  }

  static String where(ConfigOrigin origin) {
    if (origin.filename() == null) {
      return " (%s)".formatted(origin.description());
    }
    return " (%s:%d)".formatted(origin.filename(), origin.lineNumber());
  }
}
