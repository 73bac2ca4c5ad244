package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Configurations and command lines as results keep them. What may be a secret is left out:
 * properties of Spark with a word such as password in name or value, as Spark does on its own
 * pages; options of data formats but switches and single characters; and passwords in URIs.
 */
public final class Redaction {
  /** What stands for a secret, as Spark writes it. */
  static final String HIDDEN = "*********(redacted)";

  private static final Pattern SECRET =
      Pattern.compile("(?i)secret|passw|token|credential|access[.]?key|account[.]key|[.]sas[.]");

  private static final Pattern OPTIONS = Pattern.compile("data\\.[a-z]+\\.options(\\..*)?");
  private static final Pattern FILE_OF_A_SWEEP =
      Pattern.compile("sweep\\.(models|checkpoints)\\..*\\.(path|model)");
  private static final Pattern URI_WITH_PASSWORD =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://)[^\\s/?#@:]*:[^\\s@]*@");

  private Redaction() {}

  /** Words of a command line. */
  public static List<String> command(List<String> words) {
    List<String> shown = new ArrayList<>();
    for (String word : words) {
      String begin = word.startsWith("--set=") ? "--set=" : "";
      String rest = word.substring(begin.length());
      int equals = rest.indexOf('=');
      shown.add(
          equals < 0
              ? text("", word)
              : begin
                  + rest.substring(0, equals + 1)
                  + text(rest.substring(0, equals), rest.substring(equals + 1)));
    }
    return shown;
  }

  /**
   * A configuration as a JSON object.
   *
   * @param spark the same, with the values below {@link Keys#SPARK} as {@link SparkKeys} has them
   */
  static String json(Config config, Config spark) {
    Map<String, ConfigValue> shown = new LinkedHashMap<>();
    config
        .root()
        .forEach(
            (name, value) -> {
              if (!Settings.isSpark(name)) {
                shown.put(name, value(name, value));
              }
            });
    ConfigObject root = ConfigFactory.empty().root();
    for (Map.Entry<String, ConfigValue> entry : shown.entrySet()) {
      root = root.withValue(entry.getKey(), entry.getValue());
    }
    // Names of Spark continue one another: each stands whole, in quotes.
    for (Map.Entry<String, String> property : Settings.of(config, spark).spark().entrySet()) {
      String name = property.getKey().substring(Keys.SPARK.length() + 1);
      root =
          root.toConfig()
              .withValue(
                  ConfigUtil.joinPath(Keys.SPARK, name),
                  ConfigValueFactory.fromAnyRef(text(property.getKey(), property.getValue())))
              .root();
    }
    return root.render(ConfigRenderOptions.concise());
  }

  private static ConfigValue value(String path, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      ConfigObject shown = object;
      for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
        shown =
            shown.withValue(entry.getKey(), value(path + "." + entry.getKey(), entry.getValue()));
      }
      return shown;
    }
    if (value instanceof ConfigList list) {
      List<Object> shown = new ArrayList<>();
      list.forEach(element -> shown.add(value(path, element).unwrapped()));
      return ConfigValueFactory.fromIterable(shown);
    }
    if (!(value.unwrapped() instanceof String text)) {
      return OPTIONS.matcher(path).matches() && value.unwrapped() instanceof Number
          ? ConfigValueFactory.fromAnyRef(HIDDEN)
          : value;
    }
    Optional<String> file = isPath(path) ? Kind.path().reader().apply(value) : Optional.empty();
    return ConfigValueFactory.fromAnyRef(text(path, file.orElse(text)));
  }

  private static boolean isPath(String path) {
    return FILE_OF_A_SWEEP.matcher(path).matches()
        || Keys.all().stream()
            .anyMatch(
                key ->
                    key.path().equals(path)
                        && key.kind().description().equals(Kind.path().description()));
  }

  private static String text(String name, String value) {
    boolean plain = value.equals("true") || value.equals("false") || value.length() <= 1;
    if (OPTIONS.matcher(name).matches() && !plain) {
      return HIDDEN;
    }
    if (Settings.isSpark(name) && (SECRET.matcher(name).find() || SECRET.matcher(value).find())) {
      return HIDDEN;
    }
    return URI_WITH_PASSWORD
        .matcher(Location.redacted(value).orElse(value))
        .replaceAll(match -> match.group(1) + "...@");
  }
}
