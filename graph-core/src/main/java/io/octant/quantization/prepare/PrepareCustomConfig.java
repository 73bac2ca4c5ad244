package io.octant.quantization.prepare;

import io.octant.graph.ModuleType;
import io.octant.quantization.qconfig.QuantType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of prepare; {@code torch.ao.quantization.fx.custom_config.PrepareCustomConfig}.
 * Immutable: each {@code with…} returns a changed one.
 *
 * @param standaloneModuleNames modules that are prepared on their own, by path
 * @param standaloneModuleClasses the same by type; a name outranks a type
 * @param floatToObserved custom modules: the observed type that takes the place of a float type
 * @param nonTraceableModuleNames modules whose inside the graph does not show, by path
 * @param nonTraceableModuleClasses the same by type
 * @param inputQuantizedIndexes graph inputs that are quantized tensors already
 * @param outputQuantizedIndexes graph outputs that stay quantized
 * @param preservedAttributes attributes of the root that survive although the graph does not use
 *     them
 */
public record PrepareCustomConfig(
    Map<String, StandaloneModuleConfig> standaloneModuleNames,
    Map<ModuleType, StandaloneModuleConfig> standaloneModuleClasses,
    Map<QuantType, Map<ModuleType, ModuleType>> floatToObserved,
    List<String> nonTraceableModuleNames,
    List<ModuleType> nonTraceableModuleClasses,
    List<Integer> inputQuantizedIndexes,
    List<Integer> outputQuantizedIndexes,
    List<String> preservedAttributes) {

  /** Refuses custom modules of a kind other than static, and negative indexes. */
  public PrepareCustomConfig {
    floatToObserved.forEach(PrepareCustomConfig::requireStatic);
    requireIndexes("input_quantized_idxs", inputQuantizedIndexes);
    requireIndexes("output_quantized_idxs", outputQuantizedIndexes);
    standaloneModuleNames = ordered(standaloneModuleNames);
    standaloneModuleClasses = ordered(standaloneModuleClasses);
    floatToObserved = ordered(floatToObserved);
    nonTraceableModuleNames = List.copyOf(nonTraceableModuleNames);
    nonTraceableModuleClasses = List.copyOf(nonTraceableModuleClasses);
    inputQuantizedIndexes = List.copyOf(inputQuantizedIndexes);
    outputQuantizedIndexes = List.copyOf(outputQuantizedIndexes);
    preservedAttributes = List.copyOf(preservedAttributes);
  }

  private static void requireStatic(QuantType kind, Map<ModuleType, ModuleType> types) {
    if (kind != QuantType.STATIC) {
      throw new PrepareException(
          "Cannot map custom modules " + types + " for " + kind.key() + ", expected static");
    }
  }

  private static void requireIndexes(String key, List<Integer> indexes) {
    for (int index : indexes) {
      if (index < 0) {
        throw new PrepareException(
            "Cannot prepare with " + key + ": " + indexes + ", expected indexes from 0");
      }
    }
  }

  /** No options. */
  public static PrepareCustomConfig empty() {
    return new PrepareCustomConfig(
        Map.of(), Map.of(), Map.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** {@code set_standalone_module_name}. */
  public PrepareCustomConfig withStandaloneModuleName(String path, StandaloneModuleConfig config) {
    return with(p -> p.standaloneModuleNames.put(path, config));
  }

  /** {@code set_standalone_module_class}. */
  public PrepareCustomConfig withStandaloneModuleClass(
      ModuleType type, StandaloneModuleConfig config) {
    return with(p -> p.standaloneModuleClasses.put(type, config));
  }

  /**
   * {@code set_float_to_observed_mapping}.
   *
   * @throws PrepareException for a kind other than static
   */
  public PrepareCustomConfig withFloatToObserved(
      ModuleType floatType, ModuleType observedType, QuantType kind) {
    return with(
        p ->
            p.floatToObserved
                .computeIfAbsent(kind, k -> new LinkedHashMap<>())
                .put(floatType, observedType));
  }

  /** {@code set_non_traceable_module_names}. */
  public PrepareCustomConfig withNonTraceableModuleNames(List<String> paths) {
    return with(p -> p.nonTraceableModuleNames = paths);
  }

  /** {@code set_non_traceable_module_classes}. */
  public PrepareCustomConfig withNonTraceableModuleClasses(List<ModuleType> types) {
    return with(p -> p.nonTraceableModuleClasses = types);
  }

  /**
   * {@code set_input_quantized_indexes}.
   *
   * @throws PrepareException for a negative index
   */
  public PrepareCustomConfig withInputQuantizedIndexes(List<Integer> indexes) {
    return with(p -> p.inputQuantizedIndexes = indexes);
  }

  /**
   * {@code set_output_quantized_indexes}.
   *
   * @throws PrepareException for a negative index
   */
  public PrepareCustomConfig withOutputQuantizedIndexes(List<Integer> indexes) {
    return with(p -> p.outputQuantizedIndexes = indexes);
  }

  /** {@code set_preserved_attributes}. */
  public PrepareCustomConfig withPreservedAttributes(List<String> names) {
    return with(p -> p.preservedAttributes = names);
  }

  /** The observed type of a custom module, null if the type is none. */
  public @Nullable ModuleType observedType(ModuleType floatType) {
    return floatToObserved.getOrDefault(QuantType.STATIC, Map.of()).get(floatType);
  }

  /** The map form, PyTorch's {@code to_dict}. */
  public Map<String, Object> toMap() {
    return PrepareCustomConfigMaps.write(this);
  }

  /**
   * Reads {@link #toMap}.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault; an
   *     unknown key is an error, unlike in PyTorch
   */
  public static PrepareCustomConfig fromMap(@Nullable Object map) {
    return PrepareCustomConfigMaps.read(map);
  }

  private PrepareCustomConfig with(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return new PrepareCustomConfig(
        parts.standaloneModuleNames,
        parts.standaloneModuleClasses,
        parts.floatToObserved,
        parts.nonTraceableModuleNames,
        parts.nonTraceableModuleClasses,
        parts.inputQuantizedIndexes,
        parts.outputQuantizedIndexes,
        parts.preservedAttributes);
  }

  private static <K, V> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** The components while one of them is changed. */
  private static final class Parts {
    final Map<String, StandaloneModuleConfig> standaloneModuleNames;
    final Map<ModuleType, StandaloneModuleConfig> standaloneModuleClasses;
    final Map<QuantType, Map<ModuleType, ModuleType>> floatToObserved = new LinkedHashMap<>();
    List<String> nonTraceableModuleNames;
    List<ModuleType> nonTraceableModuleClasses;
    List<Integer> inputQuantizedIndexes;
    List<Integer> outputQuantizedIndexes;
    List<String> preservedAttributes;

    Parts(PrepareCustomConfig c) {
      standaloneModuleNames = new LinkedHashMap<>(c.standaloneModuleNames);
      standaloneModuleClasses = new LinkedHashMap<>(c.standaloneModuleClasses);
      c.floatToObserved.forEach((k, v) -> floatToObserved.put(k, new LinkedHashMap<>(v)));
      nonTraceableModuleNames = new ArrayList<>(c.nonTraceableModuleNames);
      nonTraceableModuleClasses = new ArrayList<>(c.nonTraceableModuleClasses);
      inputQuantizedIndexes = new ArrayList<>(c.inputQuantizedIndexes);
      outputQuantizedIndexes = new ArrayList<>(c.outputQuantizedIndexes);
      preservedAttributes = new ArrayList<>(c.preservedAttributes);
    }
  }
}
