package io.octant.quantization.qconfig;

import io.octant.graph.TargetType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Scalars;
import io.octant.quantization.mapform.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From parts of a model to configurations, after PyTorch's {@code QConfigMapping}. Immutable: each
 * {@code with…} returns a changed mapping. A null configuration means "leave this part float" and,
 * unlike absence, ends the search.
 *
 * <p>From weak to strong: global, object type, module name regex (matches at the start of the path;
 * the first registered that matches wins), module name (covers what lies below), module name with
 * type and position.
 *
 * @param <Q> the configuration
 * @param <S> the mapping itself
 */
public abstract sealed class ConfigMapping<Q, S extends ConfigMapping<Q, S>>
    permits QConfigMapping, EqualizationQConfigMapping {
  private static final List<String> KEYS =
      List.of(
          "",
          "global",
          "object_type",
          "module_name_regex",
          "module_name",
          "module_name_object_type_order");

  private final ConfigTable<Q> table;

  ConfigMapping(ConfigTable<Q> table) {
    this.table = table;
  }

  abstract S with(ConfigTable<Q> changed);

  abstract Map<String, Object> encode(Q q);

  final ConfigTable<Q> table() {
    return table;
  }

  /** {@code set_global}. */
  public final S withGlobal(@Nullable Q q) {
    return with(table.withGlobal(Optional.ofNullable(q)));
  }

  /** {@code set_object_type}. */
  public final S withObjectType(TargetType type, @Nullable Q q) {
    return with(table.withObjectType(type, Optional.ofNullable(q)));
  }

  /**
   * {@code set_module_name_regex}.
   *
   * @throws ConfigurationException if it is no regular expression
   */
  public final S withModuleNameRegex(String regex, @Nullable Q q) {
    return with(table.withRegex(regex, Optional.ofNullable(q)));
  }

  /** {@code set_module_name}. */
  public final S withModuleName(String name, @Nullable Q q) {
    return with(table.withName(name, Optional.ofNullable(q)));
  }

  /**
   * {@code set_module_name_object_type_order}.
   *
   * @param index which of the parent's calls of the type, from 0
   * @throws ConfigurationException for a negative index
   */
  public final S withModuleNameObjectTypeOrder(
      String parentName, TargetType type, int index, @Nullable Q q) {
    return with(table.withOrder(new Occurrence(parentName, type, index), Optional.ofNullable(q)));
  }

  /** Whether no entry configures anything. */
  public final boolean isEmpty() {
    return table.values().isEmpty();
  }

  /** What holds where no other entry does; empty is "float". */
  public final Optional<Q> global() {
    return table.global();
  }

  /** Entries by object type, in registration order; an empty value is an explicit "float". */
  public final Map<TargetType, Optional<Q>> objectTypes() {
    return table.objectTypes();
  }

  /**
   * Entries by regular expression of module paths, in registration order; an empty value is an
   * explicit "float".
   */
  public final Map<String, Optional<Q>> moduleNameRegexes() {
    return table.regexes();
  }

  /** Entries by module path, in registration order; an empty value is an explicit "float". */
  public final Map<String, Optional<Q>> moduleNames() {
    return table.names();
  }

  /** Entries by single calls, in registration order; an empty value is an explicit "float". */
  public final Map<Occurrence, Optional<Q>> moduleNameObjectTypeOrders() {
    return table.orders();
  }

  /**
   * Looks up a module by its type and path: regex and name outrank the type, that outranks global.
   */
  public final Choice<Q> forModule(TargetType type, String path) {
    return forModule(type, path, table.byGlobal());
  }

  final Choice<Q> forModule(@Nullable TargetType type, String path, Choice<Q> otherwise) {
    Choice<Q> byType = type == null ? otherwise : table.byObjectType(type, otherwise);
    return table.byName(path, table.byRegex(path, byType));
  }

  // ---- map form

  /**
   * The form of PyTorch's {@code to_dict}: keys "", object_type, module_name_regex, module_name,
   * module_name_object_type_order.
   */
  public final Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("", value(table.global()));
    List<Object> types = new ArrayList<>();
    table.objectTypes().forEach((t, q) -> types.add(row(Values.encode(t), value(q))));
    out.put("object_type", types);
    out.put("module_name_regex", pairs(table.regexes()));
    out.put("module_name", pairs(table.names()));
    List<Object> orders = new ArrayList<>();
    table
        .orders()
        .forEach(
            (at, q) ->
                orders.add(
                    row(at.modulePath(), Values.encode(at.type()), (long) at.index(), value(q))));
    out.put("module_name_object_type_order", orders);
    return out;
  }

  /** {@link #toMap} as JSON. */
  public final String toJson() {
    return Json.print(toMap());
  }

  private List<Object> pairs(Map<String, Optional<Q>> from) {
    List<Object> out = new ArrayList<>();
    from.forEach((k, q) -> out.add(row(k, value(q))));
    return out;
  }

  private @Nullable Object value(Optional<Q> q) {
    return q.map(this::encode).orElse(null);
  }

  /** A list that, unlike {@code List.of}, may hold null: JSON's null is "leave float". */
  private static List<@Nullable Object> row(@Nullable Object... entries) {
    return new ArrayList<>(java.util.Arrays.asList(entries));
  }

  /**
   * Reads the map form into an empty mapping; "global" is accepted for "".
   *
   * @param owner what the map describes, named in errors
   * @param decode reads one configuration; never called on null
   */
  static <Q> ConfigTable<Q> read(String owner, @Nullable Object map, Function<Object, Q> decode) {
    MapReader in = MapReader.of(owner, map, KEYS);
    if (in.has("") && in.has("global")) {
      throw new ConfigurationException(
          "Cannot read " + owner + ": both '' and 'global', expected one of them");
    }
    Function<List<?>, Optional<Q>> last =
        row -> Optional.ofNullable((Object) row.get(row.size() - 1)).map(decode);
    Function<List<?>, String> name = row -> Scalars.text(row.get(0));
    return new ConfigTable<>(
        in.value("", decode).or(() -> in.value("global", decode)),
        in.table("object_type", 2, row -> Values.target(row.get(0)), last),
        in.table("module_name_regex", 2, name, last),
        in.table("module_name", 2, name, last),
        in.table("module_name_object_type_order", 4, ConfigMapping::occurrence, last));
  }

  private static Occurrence occurrence(List<?> row) {
    return new Occurrence(
        Scalars.text(row.get(0)), Values.target(row.get(1)), Scalars.integer(row.get(2)));
  }

  @Override
  public final boolean equals(@Nullable Object o) {
    return o != null && o.getClass() == getClass() && ((ConfigMapping<?, ?>) o).table.equals(table);
  }

  @Override
  public final int hashCode() {
    return table.hashCode();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + toMap();
  }
}
