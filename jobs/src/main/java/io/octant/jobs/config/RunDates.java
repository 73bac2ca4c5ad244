package io.octant.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The day that a run is for, in place of {@code {date}}. One command has one; it knows whether
 * anything has asked for the day. Not thread-safe.
 */
public final class RunDates {
  /** What stands for the day. */
  public static final String PLACEHOLDER = "{date}";

  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** Keys whose values may name the day: where data and results are, and which rows to read. */
  private static final Set<String> DATED =
      Set.of(
          Keys.MODEL_PATH.path(),
          Keys.CALIBRATION_PATH.path(),
          Keys.CALIBRATION_TABLE.path(),
          Keys.CALIBRATION_FILTER.path(),
          Keys.EVALUATION_PATH.path(),
          Keys.EVALUATION_TABLE.path(),
          Keys.EVALUATION_FILTER.path(),
          TrainingKeys.PATH.path(),
          TrainingKeys.FILTER.path(),
          TrainingKeys.CHECKPOINTS.path(),
          Keys.CALIBRATION_STATES.path(),
          SweepKeys.TOTALS.path(),
          Keys.OUTPUT_PATH.path(),
          Keys.OUTPUT_CURRENT.path());

  private final Optional<LocalDate> day;
  private boolean used;

  private RunDates(Optional<LocalDate> day) {
    this.day = day;
  }

  /** Of a command without a day. */
  public static RunDates none() {
    return new RunDates(Optional.empty());
  }

  /**
   * Of a day.
   *
   * @throws SettingsException if the text is no day such as {@code 2026-11-27}
   */
  public static RunDates of(String text) {
    try {
      if (ISO.matcher(text).matches()) {
        return new RunDates(Optional.of(LocalDate.parse(text)));
      }
    } catch (DateTimeParseException e) {
      // There is no such day.
    }
    throw new SettingsException(
        "Cannot use --run-date %s, expected a day such as 2026-11-27".formatted(text));
  }

  /** The day, if there is one. */
  public Optional<LocalDate> day() {
    return day;
  }

  /**
   * A text with the day in it.
   *
   * @param what the key, option or argument that has the text
   * @throws SettingsException if the text wants a day and there is none
   */
  public String in(String what, String text) {
    if (!text.contains(PLACEHOLDER)) {
      return text;
    }
    if (day.isEmpty()) {
      throw new SettingsException(
          "Cannot use %s: %s has %s, expected option --run-date"
              .formatted(what, text, PLACEHOLDER));
    }
    used = true;
    return text.replace(PLACEHOLDER, day.get().toString());
  }

  /**
   * Refuses a day that nothing has asked for: the run would be that of every other day.
   *
   * @throws SettingsException if so
   */
  public void requireUsed() {
    if (day.isPresent() && !used) {
      throw new SettingsException(
          "Cannot use --run-date %s: nothing depends on it, expected %s in a path"
              .formatted(day.get(), PLACEHOLDER));
    }
  }

  /** A resolved configuration with the day in it. */
  Config in(Config config) {
    ConfigObject root = config.root();
    for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
      root = root.withValue(entry.getKey(), in(entry.getKey(), entry.getValue()));
    }
    return root.toConfig();
  }

  private ConfigValue in(String path, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      ConfigObject dated = object;
      for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
        dated = dated.withValue(entry.getKey(), in(path + "." + entry.getKey(), entry.getValue()));
      }
      return dated;
    }
    if (value instanceof ConfigList list) {
      list.forEach(element -> in(path, element));
      return value;
    }
    if (!(value.unwrapped() instanceof String text) || !text.contains(PLACEHOLDER)) {
      return value;
    }
    if (!DATED.contains(path)) {
      throw new SettingsException(
          "Cannot use %s in key %s: %s, expected it in a path, a table or a filter%s"
              .formatted(PLACEHOLDER, path, text, Settings.where(value.origin())));
    }
    return ConfigValueFactory.fromAnyRef(in("key " + path, text)).withOrigin(value.origin());
  }
}
