package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A resolved configuration whose keys are all known; reads values by {@link Key}. Not thread-safe:
 * it remembers which keys have lost their meaning.
 */
final class Settings {
  /** Where values come from that no file has. */
  static final String COMMAND_LINE = "command line";

  private final Config config;
  private final Config spark;
  private final Set<Key<?>> displaced = new HashSet<>();

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

  /** Whether a key has a value. */
  boolean has(Key<?> key) {
    return find(key).isPresent();
  }

  /**
   * Refuses keys that mean nothing beside what another key says, or does not say. If the command
   * line alone has taken their meaning, by what it says of that other key, they are {@link
   * #displaced}.
   *
   * @param decider the other key
   * @param why they mean nothing, and what is expected
   * @throws SettingsException naming the first of the keys that is there
   */
  void refuse(Key<?> decider, List<? extends Key<?>> keys, String why) {
    for (Key<?> key : keys) {
      if (!has(key)) {
        continue;
      }
      if (!isOfCommandLine(decider) || isOfCommandLine(key)) {
        throw new SettingsException("Cannot use key %s: %s".formatted(key.path(), why));
      }
      displaced.add(key);
    }
  }

  /** Keys of files that mean nothing as the command line has it. */
  Set<Key<?>> displaced() {
    return Collections.unmodifiableSet(displaced);
  }

  /** Whether the command line has said, or taken back, a key or a section that it is in. */
  private boolean isOfCommandLine(Key<?> key) {
    ConfigValue value = config.root();
    for (String name : key.path().split("[.]", -1)) {
      ConfigValue child = value instanceof ConfigObject object ? object.get(name) : null;
      if (child == null) {
        break;
      }
      value = child;
    }
    return value.origin().description().equals(COMMAND_LINE);
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
