package io.octant.quantization.fuse;

import io.octant.quantization.mapform.MapReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of fusion; {@code torch.ao.quantization.fx.custom_config.FuseCustomConfig}.
 *
 * @param preservedAttributes names of attributes of the root module that the result keeps even if
 *     its graph does not read them
 */
public record FuseCustomConfig(List<String> preservedAttributes) {
  public FuseCustomConfig {
    preservedAttributes = List.copyOf(preservedAttributes);
  }

  /** No options. */
  public static FuseCustomConfig empty() {
    return new FuseCustomConfig(List.of());
  }

  /** {@code set_preserved_attributes}. */
  public FuseCustomConfig withPreservedAttributes(List<String> names) {
    return new FuseCustomConfig(names);
  }

  /** The map form, PyTorch's {@code to_dict}; empty if nothing is set. */
  public Map<String, Object> toMap() {
    return preservedAttributes.isEmpty()
        ? Map.of()
        : Map.of("preserved_attributes", preservedAttributes);
  }

  /**
   * Reads {@link #toMap}.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static FuseCustomConfig fromMap(@Nullable Object map) {
    return new FuseCustomConfig(
        MapReader.of("fuse custom config", map, List.of("preserved_attributes"))
            .texts("preserved_attributes"));
  }
}
