package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An exception from the backend's default QConfig, as in PyTorch's QConfigMapping.
 *
 * @param selector what {@code pattern} is compared with
 * @param pattern a module name, a regular expression over module names, or an object type
 * @param qconfig name of the QConfig to use; empty keeps the matching nodes in float
 */
public record QConfigOverride(Selector selector, String pattern, Optional<String> qconfig) {

  static final String DESCRIPTION =
      "a list of objects with qconfig (a name, or null for float) and one of name, regex, type";

  /** What an override is looked up by; a name goes before a regex, and that before a type. */
  public enum Selector {
    NAME,
    REGEX,
    TYPE
  }

  static Optional<QConfigOverride> read(ConfigObject object) {
    ConfigValue qconfig = object.get("qconfig");
    if (object.size() != 2 || qconfig == null) {
      return Optional.empty();
    }
    for (Selector selector : Selector.values()) {
      ConfigValue pattern = object.get(Kind.spelled(selector));
      if (pattern != null) {
        return pattern.valueType() == ConfigValueType.STRING
                && isNameOrNull(qconfig)
                && isValid(selector, (String) pattern.unwrapped())
            ? Optional.of(
                new QConfigOverride(
                    selector,
                    (String) pattern.unwrapped(),
                    Optional.ofNullable((String) qconfig.unwrapped())))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isNameOrNull(ConfigValue value) {
    return value.valueType() == ConfigValueType.NULL || value.valueType() == ConfigValueType.STRING;
  }

  private static boolean isValid(Selector selector, String pattern) {
    if (selector != Selector.REGEX) {
      return !pattern.isEmpty();
    }
    try {
      return !Pattern.compile(pattern).pattern().isEmpty();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
