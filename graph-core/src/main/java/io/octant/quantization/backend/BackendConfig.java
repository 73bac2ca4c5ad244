package io.octant.quantization.backend;

import io.octant.graph.ModuleType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Json;
import io.octant.quantization.mapform.MapReader;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backend can quantize: its patterns in registration order. Immutable. PyTorch's {@code
 * BackendConfig}.
 */
public final class BackendConfig {
  private final String name;
  private final Map<Pattern, BackendPatternConfig> configs;

  private BackendConfig(String name, Map<Pattern, BackendPatternConfig> configs) {
    this.name = name;
    this.configs = Collections.unmodifiableMap(configs);
  }

  /** A backend without patterns. */
  public static BackendConfig named(String name) {
    return new BackendConfig(name, new LinkedHashMap<>());
  }

  /** Adds a pattern; one that is already there is replaced where it stands. */
  public BackendConfig with(BackendPatternConfig config) {
    return with(List.of(config));
  }

  /** {@code set_backend_pattern_configs}. */
  public BackendConfig with(Collection<BackendPatternConfig> added) {
    Map<Pattern, BackendPatternConfig> out = new LinkedHashMap<>(configs);
    added.forEach(c -> out.put(c.pattern(), c));
    return new BackendConfig(name, out);
  }

  /** The name of the backend, for messages and maps. */
  public String name() {
    return name;
  }

  /** All patterns in registration order. */
  public List<BackendPatternConfig> configs() {
    return List.copyOf(configs.values());
  }

  /** What is said of exactly this pattern; empty if nothing. */
  public Optional<BackendPatternConfig> find(Pattern pattern) {
    return Optional.ofNullable(configs.get(pattern));
  }

  /** Patterns to try, larger ones first, otherwise in registration order. */
  public List<BackendPatternConfig> bySize() {
    return configs.values().stream()
        .sorted((a, b) -> Integer.compare(b.pattern().size(), a.pattern().size()))
        .toList();
  }

  /** The type combinations of a module alone; empty if the backend does not know it. */
  public List<DTypeConfig> dtypeConfigs(ModuleType type) {
    return find(Pattern.of(type)).map(BackendPatternConfig::dtypeConfigs).orElse(List.of());
  }

  /** Modules that training replaces, by their float or fused type. */
  public Map<ModuleType, ModuleType> qatModules() {
    Map<ModuleType, ModuleType> out = new LinkedHashMap<>();
    for (BackendPatternConfig c : configs.values()) {
      if (c.qatModule().isPresent()
          && c.pattern() instanceof Pattern.Operator o
          && o.type() instanceof ModuleType type) {
        out.put(type, c.qatModule().get());
      }
    }
    return out;
  }

  /** Reference modules by the float module that they stand for. */
  public Map<ModuleType, ModuleType> referenceModules() {
    Map<ModuleType, ModuleType> out = new LinkedHashMap<>();
    for (BackendPatternConfig c : configs.values()) {
      if (c.rootModule().isPresent() && c.referenceQuantizedModule().isPresent()) {
        out.put(c.rootModule().get(), c.referenceQuantizedModule().get());
      }
    }
    return out;
  }

  // ---- map form

  /** {@code {"name": …, "configs": […]}}, PyTorch's {@code to_dict}. */
  public Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.put("configs", configs.values().stream().map(BackendPatternConfig::toMap).toList());
    return out;
  }

  /**
   * Reads {@link #toMap}. A file may list combinations of types once under {@code
   * dtype_config_sets} and refer to them by index.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static BackendConfig fromMap(@Nullable Object map) {
    MapReader in =
        MapReader.of(
            "backend config", map, List.of("name", "backend_name", "dtype_config_sets", "configs"));
    List<List<DTypeConfig>> sets = in.each("dtype_config_sets", BackendConfig::dtypeConfigSet);
    String name = in.text("name").or(() -> in.text("backend_name")).orElse("");
    return named(name).with(in.each("configs", c -> PatternConfigMaps.read(c, sets)));
  }

  private static List<DTypeConfig> dtypeConfigSet(@Nullable Object value) {
    if (value instanceof List<?> set) {
      return set.stream().map(DTypeConfig::fromMap).toList();
    }
    throw new ConfigurationException(value + ", expected a list of dtype configs");
  }

  /** {@link #fromMap} of a JSON text. */
  public static BackendConfig fromJson(String json) {
    return fromMap(Json.parse(json));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BackendConfig b
        && b.name.equals(name)
        && List.copyOf(b.configs.values()).equals(List.copyOf(configs.values()));
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + configs.hashCode();
  }

  @Override
  public String toString() {
    return "BackendConfig[" + name + ", " + configs.size() + " patterns]";
  }
}
