package io.octant.quantization.qconfig;

import io.octant.quantization.mapform.Json;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a model gets which {@link QConfig}; {@code torch.ao.quantization.QConfigMapping}.
 *
 * <pre>{@code
 * QConfigMapping mapping =
 *     DefaultQConfigMappings.ptq(QuantizedEngine.X86)
 *         .withModuleName("head", null)
 *         .withObjectType(new ModuleType("torch.nn.Conv2d"), QConfigs.DEFAULT_PER_CHANNEL);
 * }</pre>
 */
public final class QConfigMapping extends ConfigMapping<QConfig, QConfigMapping> {
  private QConfigMapping(ConfigTable<QConfig> table) {
    super(table);
  }

  /** Nothing is quantized. */
  public static QConfigMapping empty() {
    return new QConfigMapping(ConfigTable.empty());
  }

  /**
   * Reads the map form, {@code QConfigMapping.from_dict}.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault; an
   *     unknown key is an error, unlike in PyTorch
   */
  public static QConfigMapping fromMap(@Nullable Object map) {
    return new QConfigMapping(read("qconfig mapping", map, QConfig::fromMap));
  }

  /** {@link #fromMap} of a JSON text. */
  public static QConfigMapping fromJson(String json) {
    return fromMap(Json.parse(json));
  }

  /** This mapping with every configuration replaced; entries keep their keys and order. */
  public QConfigMapping map(UnaryOperator<QConfig> change) {
    QConfigMapping out = empty().withGlobal(global().map(change).orElse(null));
    for (var e : objectTypes().entrySet()) {
      out = out.withObjectType(e.getKey(), e.getValue().map(change).orElse(null));
    }
    for (var e : moduleNameRegexes().entrySet()) {
      out = out.withModuleNameRegex(e.getKey(), e.getValue().map(change).orElse(null));
    }
    for (var e : moduleNames().entrySet()) {
      out = out.withModuleName(e.getKey(), e.getValue().map(change).orElse(null));
    }
    for (var e : moduleNameObjectTypeOrders().entrySet()) {
      Occurrence at = e.getKey();
      out =
          out.withModuleNameObjectTypeOrder(
              at.modulePath(), at.type(), at.index(), e.getValue().map(change).orElse(null));
    }
    return out;
  }

  @Override
  QConfigMapping with(ConfigTable<QConfig> changed) {
    return new QConfigMapping(changed);
  }

  @Override
  Map<String, Object> encode(QConfig q) {
    return q.toMap();
  }
}
