package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the cases of the area {@code config}: presets against recorded tables, entry for entry, and
 * through their map forms.
 */
final class ConfigCases {
  /** A library call: name, optional backend in quotes, optional version. */
  private static final Pattern RECIPE =
      Pattern.compile("(\\w+)\\((?:\"(\\w+)\")?(?:,? *(?:version=)?(\\d+))?\\)");

  private ConfigCases() {}

  static void run(GoldenCase c) {
    JsonNode document = c.document();
    if (document.has("configs")) {
      backend(document);
    } else if (document.has("qconfig_mapping")) {
      mapping(document);
    } else {
      named(document);
    }
  }

  private static void backend(JsonNode document) {
    String name = document.get("backend_config").asText();
    List<BackendPatternConfig> expected = patterns(document);
    BackendConfig preset = BackendConfigs.of(name);
    for (int i = 0; i < Math.max(expected.size(), preset.configs().size()); i++) {
      Object want = i < expected.size() ? expected.get(i) : "no entry";
      Object have = i < preset.configs().size() ? preset.configs().get(i) : "no entry";
      require("entry " + i, want, have);
    }
    require("name", document.get("backend_name").asText(), preset.name());
    require("map form", preset, BackendConfig.fromMap(preset.toMap()));
  }

  private static List<BackendPatternConfig> patterns(JsonNode document) {
    List<BackendPatternConfig> out = new ArrayList<>();
    for (JsonNode config : document.get("configs")) {
      Map<String, Object> inlined = GoldenConfigs.map(config);
      List<Object> dtypes = new ArrayList<>();
      document
          .get("dtype_config_sets")
          .get(config.get("dtype_configs").asInt())
          .forEach(d -> dtypes.add(GoldenConfigs.map(d)));
      inlined.put("dtype_configs", dtypes);
      out.add(BackendPatternConfig.fromMap(inlined));
    }
    return out;
  }

  private static void mapping(JsonNode document) {
    QConfigMapping expected = new GoldenConfigs(document).mapping(document.get("qconfig_mapping"));
    QConfigMapping preset = preset(document.get("recipe").asText());
    require("mapping", expected.toMap(), preset.toMap());
    require(
        "order of object types",
        List.copyOf(expected.objectTypes().keySet()),
        List.copyOf(preset.objectTypes().keySet()));
    require("JSON form", preset, QConfigMapping.fromJson(preset.toJson()));
  }

  private static QConfigMapping preset(String recipe) {
    Matcher m = RECIPE.matcher(recipe);
    if (m.matches()) {
      QuantizedEngine engine = QuantizedEngine.of(m.group(2) == null ? "x86" : m.group(2));
      int version = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
      switch (m.group(1)) {
        case "get_default_qconfig_mapping":
          return DefaultQConfigMappings.ptq(engine);
        case "get_default_qat_qconfig_mapping":
          return DefaultQConfigMappings.qat(engine, version);
        case "_get_symmetric_qnnpack_qconfig_mapping":
          return DefaultQConfigMappings.symmetricQnnpack();
        case "_get_symmetric_qnnpack_qat_qconfig_mapping":
          return DefaultQConfigMappings.symmetricQnnpackQat();
        default:
          break;
      }
    }
    throw new OctantException(
        "Cannot follow recipe: " + recipe + ", expected a call that makes a default mapping");
  }

  private static void named(JsonNode document) {
    GoldenConfigs configs = new GoldenConfigs(document);
    document
        .get("qconfigs")
        .fieldNames()
        .forEachRemaining(
            name -> {
              QConfig preset = qconfig(name);
              require(name, configs.qconfig(name).toMap(), preset.toMap());
            });
  }

  /** A qconfig by its name, or by the call that makes it. */
  private static QConfig qconfig(String name) {
    Matcher m = RECIPE.matcher(name);
    if (m.matches()) {
      QuantizedEngine engine = QuantizedEngine.of(m.group(2) == null ? "x86" : m.group(2));
      int version = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
      switch (m.group(1)) {
        case "get_default_qconfig":
          return QConfigs.ptq(engine);
        case "get_default_qat_qconfig":
          return QConfigs.qat(engine, version);
        default:
          break;
      }
    }
    QConfig preset = QConfigs.byName().get(name);
    if (preset == null) {
      throw new Difference("named qconfig", name, "none of that name");
    }
    return preset;
  }

  private static void require(String where, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new Difference(where, expected, actual);
    }
  }
}
