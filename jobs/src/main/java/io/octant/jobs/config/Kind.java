package io.octant.jobs.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the value of a key is written and read.
 *
 * @param description what is expected, as a message says it: "a whole number of at least 1"
 * @param syntax how {@code --set} reads the text after the equals sign
 * @param reader turns a value into its Java form; empty if it is not what is expected
 */
public record Kind<T>(
    String description, Syntax syntax, Function<ConfigValue, Optional<T>> reader) {

  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  /** How the command line writes a value. */
  public enum Syntax {
    /** The text as it is. */
    VERBATIM,
    /** A HOCON value. */
    HOCON,
    /** Not the key itself but keys below it, each with its text as it is. */
    ENTRIES
  }

  static Kind<String> text() {
    return new Kind<>("a text", Syntax.VERBATIM, Kind::scalar);
  }

  /** A file of any Hadoop file system; a relative one is made absolute, see the package. */
  static Kind<String> path() {
    return new Kind<>(
        "a path or a URI",
        Syntax.VERBATIM,
        value -> {
          Optional<String> path = scalar(value).filter(s -> !s.isBlank());
          path.flatMap(Location::redacted)
              .ifPresent(
                  shown -> {
                    throw new Misread("", shown, Location.PLACE_OF_CREDENTIALS, value.origin());
                  });
          return path.flatMap(p -> absolute(p, value.origin()));
        });
  }

  static Kind<Integer> wholeNumber(int least) {
    return new Kind<>(
        "a whole number of at least " + least,
        Syntax.VERBATIM,
        value -> scalar(value).flatMap(Kind::integer).filter(n -> n >= least));
  }

  static Kind<Integer> wholeNumber(int least, int most) {
    return new Kind<>(
        "a whole number from " + least + " to " + most,
        Syntax.VERBATIM,
        value -> scalar(value).flatMap(Kind::integer).filter(n -> n >= least && n <= most));
  }

  static Kind<Double> number(double least, double most) {
    return new Kind<>(
        "a number from " + plain(least) + " to " + plain(most),
        Syntax.VERBATIM,
        value -> scalar(value).flatMap(Kind::decimal).filter(x -> x >= least && x <= most));
  }

  static Kind<Boolean> flag() {
    return new Kind<>(
        "true or false",
        Syntax.VERBATIM,
        value ->
            scalar(value).filter(s -> s.equals("true") || s.equals("false")).map(Boolean::valueOf));
  }

  static Kind<String> oneOf(List<String> names) {
    return new Kind<>(
        "one of " + String.join(", ", names),
        Syntax.VERBATIM,
        value -> scalar(value).filter(names::contains));
  }

  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(spelled(constant));
    }
    return new Kind<>(
        "one of " + String.join(", ", names),
        Syntax.VERBATIM,
        value ->
            scalar(value)
                .map(s -> names.indexOf(s))
                .filter(index -> index >= 0)
                .map(index -> type.getEnumConstants()[index]));
  }

  static Kind<ColumnConfig> column() {
    return new Kind<>(ColumnConfig.DESCRIPTION, Syntax.HOCON, ColumnConfig::read);
  }

  static Kind<InputConfig> input() {
    return new Kind<>(InputConfig.DESCRIPTION, Syntax.HOCON, InputConfig::read);
  }

  /** A map from names to values of another kind, such as model inputs to columns. */
  static <T> Kind<Map<String, T>> entries(Kind<T> element) {
    return new Kind<>(
        "an object whose values are each " + element.description(),
        Syntax.ENTRIES,
        value -> {
          if (!(value instanceof ConfigObject object)) {
            return Optional.empty();
          }
          Map<String, T> entries = new TreeMap<>();
          for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            Optional<T> read;
            try {
              read = element.reader().apply(entry.getValue());
            } catch (Misread e) {
              throw e.below(entry.getKey());
            }
            if (read.isEmpty()) {
              return Optional.empty();
            }
            entries.put(entry.getKey(), read.get());
          }
          return Optional.of(Collections.unmodifiableMap(entries));
        });
  }

  /** A list of values, at least one, each of another kind. */
  static <T> Kind<List<T>> many(Kind<T> element) {
    return new Kind<>(
        "a list whose values are each " + element.description(),
        Syntax.HOCON,
        value -> {
          if (!(value instanceof ConfigList list) || list.isEmpty()) {
            return Optional.empty();
          }
          List<T> elements = new ArrayList<>();
          for (ConfigValue item : list) {
            Optional<T> read = element.reader().apply(item);
            if (read.isEmpty()) {
              return Optional.empty();
            }
            elements.add(read.get());
          }
          return Optional.of(List.copyOf(elements));
        });
  }

  /** A list of objects, each read by {@code element}. */
  static <T> Kind<List<T>> list(String description, Function<ConfigObject, Optional<T>> element) {
    return new Kind<>(
        description,
        Syntax.HOCON,
        value -> {
          if (!(value instanceof ConfigList list)) {
            return Optional.empty();
          }
          List<T> elements = new ArrayList<>();
          for (ConfigValue item : list) {
            Optional<T> read =
                item instanceof ConfigObject object ? element.apply(object) : Optional.empty();
            if (read.isEmpty()) {
              return Optional.empty();
            }
            elements.add(read.get());
          }
          return Optional.of(List.copyOf(elements));
        });
  }

  /** The way a constant is written in a configuration: {@code MIN_MAX} is {@code minmax}. */
  static String spelled(Enum<?> constant) {
    return constant.name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static Optional<String> scalar(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(String.valueOf(value.unwrapped()));
      case OBJECT, LIST, NULL -> Optional.empty();
    };
  }

  private static Optional<Integer> integer(String text) {
    try {
      return Optional.of(Integer.valueOf(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> decimal(String text) {
    try {
      return Optional.of(Double.valueOf(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }

  /** Empty if no file can have the name, as one with a NUL in it. */
  private static Optional<String> absolute(String path, ConfigOrigin origin) {
    if (SCHEME.matcher(path).matches()) {
      return Optional.of(path);
    }
    String file = origin.filename();
    Path folder = file == null ? Path.of("") : Path.of(file).toAbsolutePath().getParent();
    try {
      Path named = folder == null ? Path.of(path) : folder.resolve(path);
      return Optional.of(named.toAbsolutePath().normalize().toString());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
