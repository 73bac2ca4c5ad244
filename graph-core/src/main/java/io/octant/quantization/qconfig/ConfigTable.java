package io.octant.quantization.qconfig;

import io.octant.graph.TargetType;
import io.octant.quantization.mapform.ConfigurationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The look-up behind both mappings. Five tables from weak to strong: global, object type, module
 * name regex, module name, module name with type and position. An empty Optional in a table means
 * "explicitly not configured" and stops the search at its level.
 *
 * @param <Q> what is looked up
 * @param global for everything that no other table names
 * @param objectTypes by module class, function or method
 * @param regexes by regular expression, matched at the start of the module path; first registered
 *     wins; the constructor refuses what is none
 * @param names by module path; a path also covers what lies below it, the longest wins
 * @param orders by occurrence within a parent module
 */
record ConfigTable<Q>(
    Optional<Q> global,
    Map<TargetType, Optional<Q>> objectTypes,
    Map<String, Optional<Q>> regexes,
    Map<String, Optional<Q>> names,
    Map<Occurrence, Optional<Q>> orders) {

  ConfigTable {
    regexes.keySet().forEach(ConfigTable::requireRegex);
    objectTypes = Collections.unmodifiableMap(new LinkedHashMap<>(objectTypes));
    regexes = Collections.unmodifiableMap(new LinkedHashMap<>(regexes));
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    orders = Collections.unmodifiableMap(new LinkedHashMap<>(orders));
  }

  private static void requireRegex(String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new ConfigurationException(
          "Cannot map module name regex: " + regex + ", expected a regular expression", e);
    }
  }

  static <Q> ConfigTable<Q> empty() {
    return new ConfigTable<>(Optional.empty(), Map.of(), Map.of(), Map.of(), Map.of());
  }

  ConfigTable<Q> withGlobal(Optional<Q> q) {
    return new ConfigTable<>(q, objectTypes, regexes, names, orders);
  }

  ConfigTable<Q> withObjectType(TargetType type, Optional<Q> q) {
    return new ConfigTable<>(global, plus(objectTypes, type, q), regexes, names, orders);
  }

  ConfigTable<Q> withRegex(String regex, Optional<Q> q) {
    return new ConfigTable<>(global, objectTypes, plus(regexes, regex, q), names, orders);
  }

  ConfigTable<Q> withName(String name, Optional<Q> q) {
    return new ConfigTable<>(global, objectTypes, regexes, plus(names, name, q), orders);
  }

  ConfigTable<Q> withOrder(Occurrence at, Optional<Q> q) {
    return new ConfigTable<>(global, objectTypes, regexes, names, plus(orders, at, q));
  }

  /** A key that is already there keeps its position. */
  private static <K, V> Map<K, V> plus(Map<K, V> map, K key, V value) {
    Map<K, V> out = new LinkedHashMap<>(map);
    out.put(key, value);
    return out;
  }

  // ---- look-up

  Choice<Q> byGlobal() {
    return new Choice<>(global, global.isPresent() ? "global" : "no global qconfig");
  }

  Choice<Q> byObjectType(TargetType type, Choice<Q> otherwise) {
    Optional<Q> found = objectTypes.get(type);
    return found == null ? otherwise : new Choice<>(found, "object type " + type.name());
  }

  Choice<Q> byRegex(String modulePath, Choice<Q> otherwise) {
    for (Map.Entry<String, Optional<Q>> e : regexes.entrySet()) {
      if (Pattern.compile(e.getKey()).matcher(modulePath).lookingAt()) {
        return new Choice<>(e.getValue(), "module name regex " + e.getKey());
      }
    }
    return otherwise;
  }

  Choice<Q> byName(String modulePath, Choice<Q> otherwise) {
    for (String path = modulePath; !path.isEmpty(); path = parent(path)) {
      Optional<Q> found = names.get(path);
      if (found != null) {
        return new Choice<>(found, "module name " + path);
      }
    }
    return otherwise;
  }

  Choice<Q> byOrder(Occurrence at, Choice<Q> otherwise) {
    Optional<Q> found = orders.get(at);
    return found == null ? otherwise : new Choice<>(found, "module name, type and order " + at);
  }

  /** Every value in any table, in registration order, global first. */
  List<Q> values() {
    List<Q> out = new ArrayList<>();
    global.ifPresent(out::add);
    for (Map<?, Optional<Q>> table :
        List.<Map<?, Optional<Q>>>of(objectTypes, regexes, names, orders)) {
      table.values().forEach(q -> q.ifPresent(out::add));
    }
    return out;
  }

  static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }
}
