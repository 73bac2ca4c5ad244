package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.octant.pipeline.RunOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads a configuration file and lays the command line's {@code key=value} arguments over it. */
public final class ConfigurationSource {

  private ConfigurationSource() {}

  /** The same of a job without a day. */
  public static QuantizeConfig load(Path file, List<String> assignments) {
    return load(file, assignments, RunDates.none());
  }

  /**
   * Reads, checks and validates a job.
   *
   * @param file a HOCON file of the local file system
   * @param assignments {@code key=value}, later ones going before earlier ones
   * @param dates the day in place of {@code {date}}
   * @throws SettingsException if the file is missing or no HOCON, a key is unknown or absent, or a
   *     value is not what its key expects, or wants a day and there is none
   */
  public static QuantizeConfig load(Path file, List<String> assignments, RunDates dates) {
    return QuantizeConfig.of(settings(file, assignments, dates));
  }

  /**
   * The same for a command, which is told how it was asked for and which keys it does not read.
   *
   * @param words of its command line
   */
  public static QuantizeConfig load(
      CommandName command,
      List<String> words,
      Path file,
      List<String> assignments,
      RunDates dates) {
    Settings settings = settings(file, assignments, dates);
    QuantizeConfig config = QuantizeConfig.of(settings);
    return config.withOrigin(
        new RunOrigin(
            Redaction.command(words),
            recorded(file, assignments, dates, settings.displaced()),
            Readers.unread(command, settings)));
  }

  private static Settings settings(Path file, List<String> assignments, RunDates dates) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new SettingsException(
          "Cannot read configuration: %s, expected a readable HOCON file".formatted(file));
    }
    Config config = dates.in(resolved(file, parsed(file, null), assignments));
    SparkKeys keys = new SparkKeys();
    parsed(file, keys::rewrite);
    Config spark = resolved(file, parsed(file, keys::rewrite), assignments);
    return Settings.of(config, spark);
  }

  /**
   * The same configuration as {@link #load} reads it, for those who want to run it again: JSON,
   * which is HOCON too, with includes, substitutions, assignments and the day in it, absolute
   * paths, and without secrets.
   *
   * @param displaced keys that mean nothing beside an assignment, and would be refused beside the
   *     same in a file
   */
  private static String recorded(
      Path file, List<String> assignments, RunDates dates, Set<Key<?>> displaced) {
    SparkKeys keys = new SparkKeys();
    parsed(file, keys::rewrite);
    Config spark = resolved(file, parsed(file, keys::rewrite), assignments);
    Config config = dates.in(resolved(file, parsed(file, null), assignments));
    for (Key<?> key : displaced) {
      config = config.withoutPath(key.path());
    }
    return Redaction.json(config, spark);
  }

  private static Config parsed(Path file, @Nullable UnaryOperator<String> rewriting) {
    try {
      return Includes.parse(file, rewriting);
    } catch (ConfigException e) {
      throw new SettingsException(
          "Cannot parse configuration %s: %s, expected HOCON".formatted(file, e.getMessage()), e);
    }
  }

  private static Config resolved(Path file, Config parsed, List<String> assignments) {
    Config config = parsed;
    for (String assignment : assignments) {
      config = assign(config, assignment);
    }
    try {
      return config.resolve(ConfigResolveOptions.defaults());
    } catch (ConfigException e) {
      throw new SettingsException(
          "Cannot resolve configuration %s: %s, expected a defined substitution"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Config assign(Config config, String assignment) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      throw new SettingsException(
          "Cannot read --set %s: no value, expected key=value".formatted(assignment));
    }
    String path = assignment.substring(0, equals).strip();
    String text = assignment.substring(equals + 1);
    return config.withValue(quoted(path), valueOf(path, text));
  }

  /**
   * Spark's property names nest (spark.speculation, spark.speculation.interval): kept as one quoted
   * key. Elsewhere a name that has dots itself may be quoted.
   */
  private static String quoted(String path) {
    if (path.startsWith(Keys.SPARK + ".")) {
      return ConfigUtil.joinPath(path);
    }
    try {
      return ConfigUtil.joinPath(
          path.contains("\"") ? ConfigUtil.splitPath(path) : List.of(path.split("\\.", -1)));
    } catch (ConfigException e) {
      throw new SettingsException(
          "Cannot read --set %s: %s, expected a path of keys".formatted(path, e.getMessage()), e);
    }
  }

  private static ConfigValue valueOf(String path, String text) {
    if (path.startsWith(Keys.SPARK + ".")) {
      return ConfigValueFactory.fromAnyRef(text, Settings.COMMAND_LINE);
    }
    for (Key<?> key : Keys.all()) {
      Kind.Syntax syntax = key.kind().syntax();
      if (key.path().equals(path)) {
        return syntax == Kind.Syntax.VERBATIM && !text.equals("null")
            ? ConfigValueFactory.fromAnyRef(text, Settings.COMMAND_LINE)
            : hocon(path, text);
      }
      if (syntax == Kind.Syntax.ENTRIES && path.startsWith(key.path() + ".")) {
        return ConfigValueFactory.fromAnyRef(text, Settings.COMMAND_LINE);
      }
    }
    if (text.equals("null")
        && Keys.all().stream().anyMatch(key -> key.path().startsWith(path + "."))) {
      return ConfigValueFactory.fromAnyRef(null, Settings.COMMAND_LINE);
    }
    throw new SettingsException(
        "Cannot use key %s: unknown, expected %s (%s)"
            .formatted(path, NearestKey.to(path), Settings.COMMAND_LINE));
  }

  private static ConfigValue hocon(String path, String text) {
    try {
      // Of the object, not of a path: there null is a value, and what follows it is seen.
      ConfigObject read = ConfigFactory.parseString("value = " + text).root();
      ConfigValue value = read.get("value");
      if (read.size() == 1 && value != null) {
        return value.withOrigin(ConfigOriginFactory.newSimple(Settings.COMMAND_LINE));
      }
      throw new SettingsException(
          "Cannot read --set %s: %s, expected one HOCON value".formatted(path, text));
    } catch (ConfigException e) {
      throw new SettingsException(
          "Cannot read --set %s: %s, expected a HOCON value".formatted(path, text), e);
    }
  }
}
