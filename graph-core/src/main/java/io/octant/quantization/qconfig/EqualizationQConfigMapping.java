package io.octant.quantization.qconfig;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which layers are equalized, and how their inputs and weights are observed for it; the {@code
 * _equalization_config} of PyTorch's {@code prepare_fx}.
 */
public final class EqualizationQConfigMapping
    extends ConfigMapping<EqualizationQConfig, EqualizationQConfigMapping> {
  private EqualizationQConfigMapping(ConfigTable<EqualizationQConfig> table) {
    super(table);
  }

  /** Nothing is equalized. */
  public static EqualizationQConfigMapping empty() {
    return new EqualizationQConfigMapping(ConfigTable.empty());
  }

  /**
   * Reads the map form.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static EqualizationQConfigMapping fromMap(@Nullable Object map) {
    return new EqualizationQConfigMapping(
        read("equalization qconfig mapping", map, EqualizationQConfig::fromMap));
  }

  @Override
  EqualizationQConfigMapping with(ConfigTable<EqualizationQConfig> changed) {
    return new EqualizationQConfigMapping(changed);
  }

  @Override
  Map<String, Object> encode(EqualizationQConfig q) {
    return q.toMap();
  }
}
