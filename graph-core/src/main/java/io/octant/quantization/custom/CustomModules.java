package io.octant.quantization.custom;

import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.quantization.mapform.ConfigurationException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Looks up the makers of custom modules.
 *
 * <p>After the class mappings of PyTorch's {@code
 * PrepareCustomConfig.set_float_to_observed_mapping} and {@code
 * ConvertCustomConfig.set_observed_to_quantized_mapping}.
 */
public final class CustomModules {
  private CustomModules() {}

  /**
   * The observed form of a float module.
   *
   * @throws ConfigurationException if no provider makes the type
   */
  public static Module observed(ModuleType type, Module source, CustomModuleContext context) {
    return make(CustomModuleProvider::fromFloat, type, source, context);
  }

  /**
   * The quantized form of an observed module.
   *
   * @throws ConfigurationException if no provider makes the type
   */
  public static Module quantized(ModuleType type, Module source, CustomModuleContext context) {
    return make(CustomModuleProvider::fromObserved, type, source, context);
  }

  private static Module make(
      Function<CustomModuleProvider, Map<ModuleType, CustomModuleFactory>> which,
      ModuleType type,
      Module source,
      CustomModuleContext context) {
    TreeSet<String> known = new TreeSet<>();
    for (CustomModuleProvider provider :
        ServiceLoader.load(
            CustomModuleProvider.class, CustomModuleProvider.class.getClassLoader())) {
      CustomModuleFactory factory = which.apply(provider).get(type);
      if (factory != null) {
        return factory.create(source, context);
      }
      which.apply(provider).keySet().forEach(t -> known.add(t.name()));
    }
    throw new ConfigurationException(
        "Cannot make custom module: "
            + type
            + " of "
            + source.type()
            + ", expected one of "
            + known);
  }
}
