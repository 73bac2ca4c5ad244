package io.octant.jobs.config;

import static io.octant.jobs.config.CommandName.CALIBRATE;
import static io.octant.jobs.config.CommandName.CONVERT;
import static io.octant.jobs.config.CommandName.EVALUATE;
import static io.octant.jobs.config.CommandName.QUANTIZE;
import static io.octant.jobs.config.CommandName.SWEEP;
import static io.octant.jobs.config.CommandName.TRAIN;
import static io.octant.jobs.config.CommandName.VALIDATE;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which command reads which key. Commands share one file, so a key that a command has no use for is
 * no mistake, but it is named to whoever runs it.
 */
public final class Readers {
  private static final String HADOOP = Keys.SPARK + ".hadoop.";

  /** The longest prefix of a key's path decides. */
  private static final List<Row> TABLE =
      List.of(
          row("model", EnumSet.allOf(CommandName.class)),
          row("data.batch", EnumSet.allOf(CommandName.class)),
          row("data", EnumSet.complementOf(EnumSet.of(CONVERT))),
          row("data.calibration", EnumSet.of(QUANTIZE, CALIBRATE, TRAIN, SWEEP)),
          row("data.calibration.columns", EnumSet.complementOf(EnumSet.of(CONVERT))),
          row("data.training", EnumSet.of(TRAIN)),
          row("data.evaluation", EnumSet.of(QUANTIZE, VALIDATE, TRAIN, EVALUATE, SWEEP)),
          row("calibration", EnumSet.of(QUANTIZE, CALIBRATE, TRAIN, SWEEP)),
          row("quantization", EnumSet.of(QUANTIZE, CALIBRATE, CONVERT, TRAIN, SWEEP)),
          row("quantization.method", EnumSet.of(QUANTIZE, CONVERT, TRAIN, SWEEP)),
          row("quantization.percentile", EnumSet.of(QUANTIZE, CONVERT, TRAIN, SWEEP)),
          row("validation", EnumSet.of(QUANTIZE, VALIDATE, TRAIN)),
          row("validation.output", EnumSet.of(QUANTIZE, VALIDATE, TRAIN, EVALUATE, SWEEP)),
          row("execution", EnumSet.complementOf(EnumSet.of(CONVERT))),
          row("training", EnumSet.of(TRAIN)),
          row("evaluation", EnumSet.of(EVALUATE, SWEEP)),
          row("sweep", EnumSet.of(SWEEP)),
          row("output", EnumSet.allOf(CommandName.class)),
          row("output.current", EnumSet.of(QUANTIZE, CALIBRATE, CONVERT, TRAIN)));

  private Readers() {}

  private record Row(String prefix, Set<CommandName> commands) {}

  private static Row row(String prefix, Set<CommandName> commands) {
    return new Row(prefix, commands);
  }

  /** Whether a command has a use for a key, whatever else the configuration says. */
  public static boolean reads(CommandName command, Key<?> key) {
    Set<CommandName> commands = Set.of();
    int longest = -1;
    for (Row row : TABLE) {
      boolean fits = key.path().equals(row.prefix()) || key.path().startsWith(row.prefix() + ".");
      if (fits && row.prefix().length() > longest) {
        longest = row.prefix().length();
        commands = row.commands();
      }
    }
    return commands.contains(command);
  }

  /** Which properties of Spark a command hands on: without Spark, those of file systems. */
  public static String properties(CommandName command) {
    return (command == CONVERT ? HADOOP : Keys.SPARK + ".") + "*";
  }

  /**
   * The keys of a configuration that a command does not read, in the order of the table of keys.
   *
   * @param settings of which everything has been read that could be
   */
  static List<String> unread(CommandName command, Settings settings) {
    Set<Key<?>> idle = idle(command, settings);
    List<String> unread = new ArrayList<>();
    for (Key<?> key : Keys.all()) {
      if (settings.has(key) && (!reads(command, key) || idle.contains(key))) {
        unread.add(key.path());
      }
    }
    if (command == CONVERT) {
      settings.spark().keySet().stream().filter(k -> !k.startsWith(HADOOP)).forEach(unread::add);
    }
    return unread;
  }

  /** Keys that the command reads in another configuration, not in this one. */
  private static Set<Key<?>> idle(CommandName command, Settings settings) {
    Set<Key<?>> idle = new HashSet<>(settings.displaced());
    boolean grid = SweepKeys.GRID.stream().anyMatch(settings::has);
    if (command == SWEEP) {
      idle.addAll(grid ? replaced(settings) : ofCalibrations());
      if (settings.value(SweepKeys.CHECKPOINTS).values().stream()
          .anyMatch(checkpoint -> checkpoint.backend().isEmpty())) {
        idle.remove(Keys.BACKEND);
      }
    }
    if (!methods(command, settings).contains(Method.PERCENTILE)) {
      idle.add(Keys.PERCENTILE);
    }
    boolean calibrates = command == SWEEP ? grid : reads(command, Keys.CALIBRATION_PATH);
    if (!calibrates && !settings.has(Keys.EVALUATION_COLUMNS)) {
      idle.remove(Keys.CALIBRATION_COLUMNS);
    } else if (!calibrates) {
      idle.add(Keys.CALIBRATION_COLUMNS);
    }
    if (!settings.has(Keys.EVALUATION_LABEL)) {
      idle.add(SweepKeys.TOP_K);
    }
    return idle;
  }

  /** The range methods that a command goes through. */
  private static List<Method> methods(CommandName command, Settings settings) {
    List<Method> one = List.of(settings.value(Keys.METHOD));
    return command == SWEEP ? settings.find(SweepKeys.GRID_METHOD).orElse(one) : one;
  }

  /** What a sweep reads for the sake of a grid. */
  private static List<Key<?>> ofCalibrations() {
    return Keys.all().stream()
        .filter(key -> key.path().matches("(data[.]calibration|calibration|quantization)[.].*"))
        .<Key<?>>map(key -> key)
        .toList();
  }

  /** What a grid has a choice of. */
  private static List<Key<?>> replaced(Settings settings) {
    Map<Key<?>, Key<?>> byChoice =
        Map.of(
            SweepKeys.GRID_BACKEND, Keys.BACKEND,
            SweepKeys.GRID_METHOD, Keys.METHOD,
            SweepKeys.GRID_PERCENTILE, Keys.PERCENTILE,
            SweepKeys.GRID_ACTIVATION_BITS, Keys.ACTIVATION_BITS,
            SweepKeys.GRID_OVERRIDES, Keys.OVERRIDES);
    return byChoice.entrySet().stream()
        .filter(choice -> settings.has(choice.getKey()))
        .<Key<?>>map(Map.Entry::getValue)
        .toList();
  }
}
